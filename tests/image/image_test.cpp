// SPDX-License-Identifier: Apache-2.0
// Expected pixels come from the Python Imaging Library (Pillow 13).
#include "core/image/image.h"

#include <gtest/gtest.h>

#include <numeric>

#include "core/base/file.h"
#include "tests/support/pool.h"

namespace ew::image {
namespace {

/// The 7x5 image of (37x + 91y + 53c) mod 256.
Image ramp() {
  Image image{7, 5, 3, {}};
  for (int y = 0; y < 5; ++y)
    for (int x = 0; x < 7; ++x)
      for (int c = 0; c < 3; ++c) image.pixels.push_back(static_cast<std::uint8_t>((x * 37 + y * 91 + c * 53) % 256));
  return image;
}

std::vector<int> pixel(const Image& image, std::int64_t x, std::int64_t y) {
  std::vector<int> out;
  for (std::int64_t c = 0; c < image.channels; ++c)
    out.push_back(image.pixels[static_cast<std::size_t>(image.index(x, y) + c)]);
  return out;
}

std::int64_t sum(const Image& image) {
  return std::accumulate(image.pixels.begin(), image.pixels.end(), std::int64_t{0});
}

TEST(Image, ShrinkingAveragesLikePil) {
  const std::vector<std::uint8_t> expected{58,  111, 159, 116, 169, 134, 162, 158, 151, 137, 109, 99,
                                           137, 129, 105, 88,  113, 120, 117, 140, 136, 132, 152, 178,
                                           88,  141, 187, 146, 158, 135, 109, 121, 95,  126, 121, 122};
  EXPECT_EQ(resizeBilinear(ramp(), 4, 3).pixels, expected);
}

TEST(Image, EnlargingInterpolatesLikePil) {
  std::vector<std::uint8_t> expected{0,   53,  106, 25,  78,  131, 53,  106, 159, 82,  135, 188, 111, 164, 217,
                                     140, 193, 246, 169, 222, 132, 197, 165, 47,  222, 19,  72,  68,  121, 174};
  Image large = resizeBilinear(ramp(), 9, 6);
  large.pixels.resize(expected.size());
  EXPECT_EQ(large.pixels, expected);
}

TEST(Image, AConstantImageStaysConstant) {
  const Image image{13, 9, 1, std::vector<std::uint8_t>(13 * 9, 201)};
  for (const auto& size : {std::pair{5, 4}, std::pair{40, 31}})
    for (const std::uint8_t value : resizeBilinear(image, size.first, size.second).pixels) EXPECT_EQ(value, 201);
}

TEST(Image, GrayIsLuma) {
  const std::vector<std::uint8_t> expected{43, 80, 117, 154, 191, 199, 86, 134, 171, 179};
  Image gray = toGray(ramp());
  gray.pixels.resize(expected.size());
  EXPECT_EQ(gray.pixels, expected);
}

TEST(Image, CropIsInTheCentre) {
  const Result<Image> crop = cropCentre(ramp(), 3);
  ASSERT_TRUE(crop.ok());
  EXPECT_EQ(pixel(*crop, 0, 0), pixel(ramp(), 2, 1));
  EXPECT_EQ(cropCentre(ramp(), 6).error().text(), "image of 7x5 pixels is smaller than the crop of 6");
}

TEST(Image, LetterboxPadsBelowAndRight) {
  const Image boxed = letterbox(ramp(), 7, 114);
  EXPECT_EQ(pixel(boxed, 3, 2), pixel(ramp(), 3, 2));
  EXPECT_EQ(pixel(boxed, 0, 5), (std::vector<int>{114, 114, 114}));
}

TEST(Image, PngPalettesAlphaAndGrayAreResolved) {
  const std::string palette(
      "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x02\0\0\0\x01\x01\x03\0\0\0\xce\xec\xed\xc9\0\0\0\x06PLTE\x0a\x14\x1e\xc8"
      "\x64\x32"
      "\x77\xa0\xb3\x9c\0\0\0\x0aIDAT\x78\xda\x63\x68\0\0\0\x82\0\x81\xda\x45\x08\x3b\0\0\0\0IEND\xae\x42\x60\x82",
      85);
  const Result<Image> colors = decodeImage(palette);
  ASSERT_TRUE(colors.ok()) << colors.error().text();
  EXPECT_EQ(colors->pixels, (std::vector<std::uint8_t>{200, 100, 50, 10, 20, 30}));
  const std::string rgba(
      "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDAT\x78\x9c\x63\x60\x64"
      "\x62\x66"
      "\0\0\0\x15\0\x07\x2c\xaa\x20\x4e\0\0\0\0IEND\xae\x42\x60\x82",
      70);
  ASSERT_TRUE(decodeImage(rgba).ok()) << decodeImage(rgba).error().text();
  EXPECT_EQ(decodeImage(rgba)->pixels, (std::vector<std::uint8_t>{1, 2, 3}));
  const std::string gray(
      "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x02\0\0\0\x01\x08\0\0\0\0\xd1\x49\x20\x56\0\0\0\x0bIDAT\x78\x9c\x63\x60\xff"
      "\x0f\0\x01"
      "\x10\x01\x07\x06\xdf\x60\x5b\0\0\0\0IEND\xae\x42\x60\x82",
      68);
  ASSERT_TRUE(decodeImage(gray).ok()) << decodeImage(gray).error().text();
  EXPECT_EQ(toRgb(*decodeImage(gray)).pixels, (std::vector<std::uint8_t>{7, 7, 7, 255, 255, 255}));
}

TEST(Image, DamagedFilesAreRefusedInWords) {
  EXPECT_EQ(decodeImage("").error().text(), "the image file is empty");
  EXPECT_EQ(decodeImage("GIF89a").error().text(), "is no JPEG, PNG, BMP or PNM image");
  EXPECT_TRUE(decodeImage("\xff\xd8\xff").error().text().starts_with("damaged JPEG: "));
  EXPECT_EQ(decodeImage("\x89PNG\r\n\x1a\n").error().text(), "damaged PNG: the file is truncated");
  const std::string huge("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\x0f\x42\x40\0\x0f\x42\x40\x08\0\0\0\0\xb8\xda\x28\x6b", 33);
  EXPECT_FALSE(decodeImage(huge).ok());
}

TEST(Image, ARealJpegHasThePixelsThatPilDecodes) {
  EW_REQUIRE_POOL(pool);
  const Result<Image> image = decodeImage(*readFile(pool / "data/det_images/bus.jpg"));
  ASSERT_TRUE(image.ok()) << image.error().text();
  EXPECT_EQ(image->width, 810);
  EXPECT_EQ(image->height, 1080);
  EXPECT_EQ(sum(*image), 307315449);
  EXPECT_EQ(pixel(*image, 400, 500), (std::vector<int>{4, 16, 40}));
  const Image small = resizeShorterSide(*image, 256);
  EXPECT_EQ(small.height, 341);
  EXPECT_EQ(sum(small), 30667023);
  EXPECT_EQ(pixel(small, 150, 200), (std::vector<int>{209, 205, 202}));
  EXPECT_EQ(sum(*cropCentre(small, 224)), 16962729);
  EXPECT_EQ(sum(letterbox(*image, 416, 114)), 60391726);
}

TEST(Image, ARealPngHasThePixelsThatPilDecodes) {
  EW_REQUIRE_POOL(pool);
  const Result<Image> image = decodeImage(*readFile(pool / "data/vww01/png/000000343218.png"));
  ASSERT_TRUE(image.ok()) << image.error().text();
  EXPECT_EQ(sum(*image), 3038884);
  EXPECT_EQ(pixel(*image, 5, 3), (std::vector<int>{35, 41, 40}));
}

}  // namespace
}  // namespace ew::image
