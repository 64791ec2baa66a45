// SPDX-License-Identifier: Apache-2.0
#include "core/base/file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "core/base/checked.h"

namespace ew {
namespace {

namespace fs = std::filesystem;

class FileTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(testing::TempDir()) / ("edgewright_file_" + std::to_string(::getpid()));
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }
  fs::path folder_;
};

TEST_F(FileTest, WrittenFilesReadBackAndLeaveNoTemporaries) {
  ASSERT_TRUE(writeFileAtomically(folder_ / "a.bin", std::string("x\0y", 3)).ok());
  EXPECT_EQ(*readFile(folder_ / "a.bin"), std::string("x\0y", 3));
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()), 1);
}

TEST_F(FileTest, FoldersFifosAndMissingFilesAreErrorsThatNameThePath) {
  EXPECT_NE(readFile(folder_).error().text().find("is a folder"), std::string::npos);
  EXPECT_EQ(readFile(folder_ / "none").error().code, ErrorCode::Io);
  ASSERT_EQ(::mkfifo((folder_ / "fifo").c_str(), 0600), 0);
  EXPECT_NE(readFile(folder_ / "fifo").error().text().find("not a regular file"), std::string::npos);
}

TEST_F(FileTest, AWriteThatFailsLeavesTheOldContent) {
  EXPECT_FALSE(writeFileAtomically(folder_ / "missing" / "a.bin", "x").ok());
  EXPECT_EQ(readFile(folder_ / "a.bin", 1).error().code, ErrorCode::Io);
  ASSERT_TRUE(writeFileAtomically(folder_ / "a.bin", "12345").ok());
  EXPECT_EQ(readFile(folder_ / "a.bin", 4).error().code, ErrorCode::Limit);
}

TEST_F(FileTest, PathsThatLeaveTheFolderAreRefused) {
  EXPECT_TRUE(resolveInside(folder_, "weights/a.bin").ok());
  EXPECT_FALSE(resolveInside(folder_, "../a.bin").ok());
  EXPECT_FALSE(resolveInside(folder_, "/etc/passwd").ok());
  fs::create_symlink("/etc", folder_ / "link");
  EXPECT_FALSE(resolveInside(folder_, "link/passwd").ok());
}

TEST(Checked, ProductsThatOverflowAreNothing) {
  const std::int64_t big[] = {std::int64_t{1} << 40, std::int64_t{1} << 40};
  EXPECT_FALSE(checkedProduct(big));
  const std::int64_t zero[] = {0, 5};
  EXPECT_EQ(checkedProduct(zero), 0);
  const std::int64_t negative[] = {-1};
  EXPECT_FALSE(checkedProduct(negative));
}

}  // namespace
}  // namespace ew
