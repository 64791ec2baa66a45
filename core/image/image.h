// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace ew::image {

/// 8-bit pixels, row by row, channels interleaved: 1 (gray) or 3 (red, green, blue).
struct Image {
  std::int64_t width = 0, height = 0, channels = 0;
  std::vector<std::uint8_t> pixels;

  std::int64_t index(std::int64_t x, std::int64_t y) const { return (y * width + x) * channels; }
};

inline constexpr std::int64_t maxImagePixels = std::int64_t{1} << 27;

/// JPEG, PNG, BMP or PNM, told by content, as the Python Imaging Library decodes them: alpha is dropped, palettes are resolved,
/// 16 bits are cut to 8, CMYK becomes RGB, orientation tags are ignored. Gray images stay gray.
Result<Image> decodeImage(const std::string& bytes);
Result<Image> decodeJpeg(const std::string& bytes);
Result<Image> decodePng(const std::string& bytes);
/// Uncompressed, 8 bits with a palette, 24 or 32 bits.
Result<Image> decodeBmp(const std::string& bytes);
/// Gray maps and pixel maps of at most 255 levels, as text (P2, P3) or bytes (P5, P6).
Result<Image> decodePnm(const std::string& bytes);

/// Gray to three equal channels; RGB to ITU-R 601 luma.
Image toRgb(const Image& image);
Image toGray(const Image& image);
void swapRedBlue(Image& image);

/// Bilinear with antialiasing (the filter grows with the reduction), in the integer arithmetic of PIL's
/// Image.resize(size, BILINEAR): the same bytes.
Image resizeBilinear(const Image& image, std::int64_t width, std::int64_t height);
/// Shorter side to `side`, aspect kept, the longer one rounded down.
Image resizeShorterSide(const Image& image, std::int64_t side);
/// Centre square. Invalid when the image is smaller.
Result<Image> cropCentre(const Image& image, std::int64_t side);
/// Longer side to `side`, at the top left of a square filled with `padding`.
Image letterbox(const Image& image, std::int64_t side, std::uint8_t padding);

}  // namespace ew::image
