// SPDX-License-Identifier: Apache-2.0
#include "core/data/labels.h"

#include <gtest/gtest.h>

#include "core/data/idx.h"

namespace ew::data {
namespace {

TEST(Labels, OneALine) {
  EXPECT_EQ(parseLabels("3\n1\r\n\n0")->classes, (std::vector<std::int64_t>{3, 1, 0}));
  EXPECT_TRUE(parseLabels("3\n1\n")->files.empty());
}

TEST(Labels, CsvByTheNamesOfItsHeader) {
  const Result<Labels> labels = parseLabels(
      "\xef\xbb\xbf"
      "name,class_index,file\n\"tench, a fish\",7,a.jpg\n\"say \"\"hi\"\"\",2,b.jpg\n");
  ASSERT_TRUE(labels.ok()) << labels.error().text();
  EXPECT_EQ(labels->classes, (std::vector<std::int64_t>{7, 2}));
  EXPECT_EQ(labels->files, (std::vector<std::string>{"a.jpg", "b.jpg"}));
  EXPECT_EQ(parseLabels("file,label\nx.png,1\n")->classes, std::vector<std::int64_t>{1});
}

TEST(Labels, MistakesNameTheLine) {
  EXPECT_EQ(parseLabels("").error().text(), "holds no labels");
  EXPECT_EQ(parseLabels("a.bin,12,7\n").error().text(), "line 1: the header names neither 'label' nor 'class_index'");
  EXPECT_EQ(parseLabels("1\ntwo\n").error().text(), "line 2: label 'two' is not a class number");
  EXPECT_EQ(parseLabels("file,label\na.png\n").error().text(), "line 2: has fewer fields than the header");
  EXPECT_EQ(parseLabels("4\n-1\n").error().text(), "line 2: label '-1' is not a class number");
}

TEST(Idx, HeaderAndBigEndianElements) {
  const std::string bytes("\0\0\x0b\x02\0\0\0\x02\0\0\0\x01\x01\x02\xff\xfe", 16);
  const Result<Tensor> tensor = readIdx(bytes);
  ASSERT_TRUE(tensor.ok()) << tensor.error().text();
  EXPECT_EQ(tensor->dims(), (Dims{2, 1}));
  EXPECT_EQ(*toInts(*tensor), (std::vector<std::int64_t>{258, -2}));
  EXPECT_EQ(readIdx(bytes.substr(0, 15)).error().text(), "idx shape 2x1 of int16 does not match 3 bytes of data");
  EXPECT_EQ(readIdx("text").error().text(), "is not an idx file");
}

TEST(Idx, GzipIsUnpackedWithinALimit) {
  // gzip of "\0\0\x08\x01\0\0\0\x03\x05\x06\x07"
  const std::string packed(
      "\x1f\x8b\x08\0\0\0\0\0\x02\xff\x63\x60\xe0\x60\x64\x60\x60\x60\x66\x65\x63\x07\0\x4a\x4c\xb5\xc0\x0b\0\0\0", 31);
  const Result<std::string> content = gunzip(packed, 1000);
  ASSERT_TRUE(content.ok()) << content.error().text();
  EXPECT_EQ(*toInts(*readIdx(packed)), (std::vector<std::int64_t>{5, 6, 7}));
  EXPECT_EQ(gunzip(packed, 10).error().code, ErrorCode::Limit);
  for (std::size_t keep = 0; keep < packed.size(); ++keep)
    EXPECT_FALSE(gunzip(packed.substr(0, keep), 1000).ok()) << keep;
}

}  // namespace
}  // namespace ew::data
