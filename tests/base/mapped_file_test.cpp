// SPDX-License-Identifier: Apache-2.0
#include "core/base/mapped_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "core/base/file.h"

namespace ew {
namespace {

namespace fs = std::filesystem;

class MappedFiles : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(testing::TempDir()) / ("ew_mapped_" + std::to_string(::getpid()));
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }
  fs::path file(const std::string& content) {
    std::ofstream(folder_ / "file", std::ios::binary) << content;
    return folder_ / "file";
  }
  static std::string textOf(const MappedFile& mapped) {
    return {reinterpret_cast<const char*>(mapped.bytes().data()), mapped.bytes().size()};
  }
  fs::path folder_;
};

TEST_F(MappedFiles, HoldTheBytesOfTheFile) {
  EXPECT_EQ(textOf(**MappedFile::open(file("hello"), 5)), "hello");
  EXPECT_EQ(textOf(**MappedFile::open(file(""), 5)), "");
}

TEST_F(MappedFiles, OnlyRegularFilesWithinTheLimitOpen) {
  ASSERT_EQ(::mkfifo((folder_ / "pipe").c_str(), 0600), 0);
  for (const char* name : {"missing", ".", "pipe"}) {
    const auto opened = MappedFile::open(folder_ / name, 100);
    ASSERT_FALSE(opened.ok()) << name;
    EXPECT_EQ(opened.error().code, ErrorCode::Io);
    EXPECT_NE(opened.error().text().find(name), std::string::npos);
  }
  EXPECT_EQ(MappedFile::open("/dev/zero", 100).error().code, ErrorCode::Io);
  EXPECT_EQ(MappedFile::open(file("hello"), 4).error().code, ErrorCode::Limit);
}

TEST_F(MappedFiles, AReplacedFileStaysAsItWasMapped) {
  const auto mapped = *MappedFile::open(file("before"), 100);
  ASSERT_TRUE(writeFileAtomically(folder_ / "file", "after, and longer").ok());
  EXPECT_EQ(textOf(*mapped), "before");
  EXPECT_FALSE(mapped->damaged());
  EXPECT_TRUE(checkMappedFiles().ok());
}

TEST_F(MappedFiles, AShortenedFileReadsAsZerosAndSaysSo) {
  const auto mapped = *MappedFile::open(file(std::string(100'000, 'x')), 1 << 20);
  ASSERT_EQ(::truncate((folder_ / "file").c_str(), 10), 0);
  EXPECT_EQ(mapped->bytes()[99'999], std::byte{0});
  EXPECT_EQ(mapped->bytes()[9], std::byte{'x'});
  EXPECT_TRUE(mapped->damaged());
  const Status status = checkMappedFiles();
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().text(), (folder_ / "file").string() + ": was shortened by another program while it was open");
}

TEST_F(MappedFiles, AnAtomicFileAppearsWholeOrNotAtAll) {
  {
    AtomicFile file = *AtomicFile::create(folder_ / "new");
    ASSERT_TRUE(file.write("half").ok());
  }
  EXPECT_TRUE(fs::is_empty(folder_));
  AtomicFile file = *AtomicFile::create(folder_ / "new");
  ASSERT_TRUE(file.write("one, ").ok());
  EXPECT_FALSE(fs::exists(folder_ / "new"));
  ASSERT_TRUE(file.write("two").ok());
  ASSERT_TRUE(file.commit().ok());
  EXPECT_EQ(*readFile(folder_ / "new"), "one, two");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()), 1);
}

}  // namespace
}  // namespace ew
