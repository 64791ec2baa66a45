// SPDX-License-Identifier: Apache-2.0
// BMP and PNM files written byte by byte from the descriptions of the formats.
#include <gtest/gtest.h>

#include "core/image/image.h"

namespace ew::image {
namespace {

using Pixels = std::vector<std::uint8_t>;

std::string little(std::uint32_t value, int width) {
  std::string out;
  for (int i = 0; i < width; ++i) out += static_cast<char>(value >> (8 * i) & 0xFF);
  return out;
}

/// Headers for a picture whose palette and pixels are `body`.
std::string bmp(std::uint32_t width, std::uint32_t height, std::uint32_t bits, std::uint32_t colors, const std::string& body, std::uint32_t compression = 0) {
  return "BM" + little(static_cast<std::uint32_t>(54 + body.size()), 4) + little(0, 4) + little(54 + colors * 4, 4) + little(40, 4) + little(width, 4) + little(height, 4) + little(1, 2) +
         little(bits, 2) + little(compression, 4) + little(0, 4) + little(0, 8) + little(colors, 4) + little(0, 4) + body;
}

TEST(Bmp, RowsGoUpInWholeWordsAsBlueGreenRed) {
  const Result<Image> image = decodeImage(bmp(1, 2, 24, 0, std::string("\1\2\3\0\4\5\6\0", 8)));
  ASSERT_TRUE(image.ok()) << image.error().text();
  EXPECT_EQ(image->pixels, (Pixels{6, 5, 4, 3, 2, 1}));
  const Result<Image> fromTop = decodeImage(bmp(1, static_cast<std::uint32_t>(-2), 24, 0, std::string("\1\2\3\0\4\5\6\0", 8)));
  ASSERT_TRUE(fromTop.ok()) << fromTop.error().text();
  EXPECT_EQ(fromTop->pixels, (Pixels{3, 2, 1, 6, 5, 4}));
}

TEST(Bmp, PalettesAreResolved) {
  const Result<Image> image = decodeImage(bmp(2, 1, 8, 2, std::string("\1\2\3\0\7\10\11\0\1\0\0\0", 12)));
  ASSERT_TRUE(image.ok()) << image.error().text();
  EXPECT_EQ(image->pixels, (Pixels{9, 8, 7, 3, 2, 1}));
}

TEST(Bmp, DamagedFilesAreErrors) {
  EXPECT_EQ(decodeImage("BM").error().code, ErrorCode::Invalid);
  EXPECT_EQ(decodeImage(bmp(1, 2, 24, 0, "\1\2\3")).error().code, ErrorCode::Invalid);
  EXPECT_EQ(decodeImage(bmp(0, 1, 24, 0, "")).error().code, ErrorCode::Invalid);
  EXPECT_EQ(decodeImage(bmp(0x7FFFFFFF, 0x7FFFFFFF, 24, 0, "")).error().code, ErrorCode::Limit);
  EXPECT_EQ(decodeImage(bmp(1, 0x80000000U, 24, 0, "")).error().code, ErrorCode::Limit);
  EXPECT_EQ(decodeImage(bmp(2, 1, 8, 1, std::string("\1\2\3\0\1\0\0\0", 8))).error().code, ErrorCode::Invalid);  // color 1 of 1
  EXPECT_EQ(decodeImage(bmp(2, 1, 8, 0xFFFFFFFF, std::string(64, '\0'))).error().code, ErrorCode::Invalid);
  EXPECT_EQ(decodeImage(bmp(1, 1, 24, 0, "\1\2\3\0", 1)).error().code, ErrorCode::Unsupported);
}

TEST(Pnm, TextAndBytes) {
  const Result<Image> colors = decodeImage(std::string("P6 # made by hand\n2 1\n255\n\1\2\3\4\5\6", 33));
  ASSERT_TRUE(colors.ok()) << colors.error().text();
  EXPECT_EQ(colors->pixels, (Pixels{1, 2, 3, 4, 5, 6}));
  const Result<Image> gray = decodeImage("P2\n3 1\n15\n0 7 15\n");
  ASSERT_TRUE(gray.ok()) << gray.error().text();
  EXPECT_EQ(gray->channels, 1);
  EXPECT_EQ(gray->pixels, (Pixels{0, 119, 255}));
}

TEST(Pnm, DamagedFilesAreErrors) {
  EXPECT_EQ(decodeImage("P6").error().code, ErrorCode::Invalid);
  EXPECT_EQ(decodeImage("P6 2 2 255\n123").error().code, ErrorCode::Invalid);
  EXPECT_EQ(decodeImage("P5 1 1 0\n1").error().code, ErrorCode::Invalid);
  EXPECT_EQ(decodeImage("P5 99999999999999999999 1 255\n").error().code, ErrorCode::Invalid);
  EXPECT_EQ(decodeImage("P5 4000000000 4000000000 255\n").error().code, ErrorCode::Limit);
  EXPECT_EQ(decodeImage("P2 1 1 7\n9 ").error().code, ErrorCode::Invalid);
  EXPECT_EQ(decodeImage("P5 1 1 65535\n12").error().code, ErrorCode::Unsupported);
  EXPECT_EQ(decodeImage("P4 1 1\n1").error().code, ErrorCode::Unsupported);
}

}  // namespace
}  // namespace ew::image
