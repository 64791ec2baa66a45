// SPDX-License-Identifier: Apache-2.0
#include "core/image/image.h"

#include <algorithm>
#include <cmath>

#include "core/base/text.h"

namespace ew::image {
namespace {

/// PIL's fixed-point weights: 8 bits of pixel and 2 bits of headroom beside them in 32.
constexpr int precisionBits = 32 - 8 - 2;

/// Weights of the input pixels from `first` on for one output pixel.
struct Taps {
  std::int64_t first = 0;
  std::vector<std::int32_t> weights;
};

std::vector<Taps> tapsFor(std::int64_t from, std::int64_t to) {
  std::vector<Taps> out(static_cast<std::size_t>(to));
  const double scale = static_cast<double>(from) / static_cast<double>(to);
  const double filterScale = std::max(scale, 1.0);  // also the support: the triangle's is 1
  for (std::int64_t i = 0; i < to; ++i) {
    const double center = (static_cast<double>(i) + 0.5) * scale;
    const auto first = std::max<std::int64_t>(0, static_cast<std::int64_t>(center - filterScale + 0.5));
    const auto end = std::min<std::int64_t>(from, static_cast<std::int64_t>(center + filterScale + 0.5));
    std::vector<double> weights;
    double sum = 0;
    for (std::int64_t x = first; x < end; ++x) {
      const double distance = std::abs((static_cast<double>(x) - center + 0.5) * (1.0 / filterScale));
      weights.push_back(std::max(0.0, 1.0 - distance));
      sum += weights.back();
    }
    Taps& taps = out[static_cast<std::size_t>(i)];
    taps.first = first;
    for (const double weight : weights)
      taps.weights.push_back(static_cast<std::int32_t>(0.5 + weight / sum * (1 << precisionBits)));
  }
  return out;
}

std::uint8_t rounded(std::int64_t sum) {
  return static_cast<std::uint8_t>(std::clamp<std::int64_t>(sum >> precisionBits, 0, 255));
}

Image resizeWidth(const Image& image, std::int64_t width) {
  if (width == image.width) return image;
  Image out{width, image.height, image.channels, {}};
  out.pixels.resize(static_cast<std::size_t>(width * image.height * image.channels));
  const std::vector<Taps> taps = tapsFor(image.width, width);
  for (std::int64_t y = 0; y < image.height; ++y)
    for (std::int64_t x = 0; x < width; ++x) {
      const Taps& tap = taps[static_cast<std::size_t>(x)];
      for (std::int64_t channel = 0; channel < image.channels; ++channel) {
        std::int64_t sum = std::int64_t{1} << (precisionBits - 1);
        const std::uint8_t* from = &image.pixels[static_cast<std::size_t>(image.index(tap.first, y) + channel)];
        for (const std::int32_t weight : tap.weights) {
          sum += std::int64_t{weight} * *from;
          from += image.channels;
        }
        out.pixels[static_cast<std::size_t>(out.index(x, y) + channel)] = rounded(sum);
      }
    }
  return out;
}

Image resizeHeight(const Image& image, std::int64_t height) {
  if (height == image.height) return image;
  Image out{image.width, height, image.channels, {}};
  const std::int64_t row = image.width * image.channels;
  out.pixels.resize(static_cast<std::size_t>(row * height));
  const std::vector<Taps> taps = tapsFor(image.height, height);
  std::vector<std::int64_t> sums(static_cast<std::size_t>(row));
  for (std::int64_t y = 0; y < height; ++y) {
    const Taps& tap = taps[static_cast<std::size_t>(y)];
    std::fill(sums.begin(), sums.end(), std::int64_t{1} << (precisionBits - 1));
    const std::uint8_t* from = &image.pixels[static_cast<std::size_t>(tap.first * row)];
    for (const std::int32_t weight : tap.weights) {
      for (std::int64_t i = 0; i < row; ++i) sums[static_cast<std::size_t>(i)] += std::int64_t{weight} * from[i];
      from += row;
    }
    std::transform(sums.begin(), sums.end(), out.pixels.begin() + y * row, rounded);
  }
  return out;
}

}  // namespace

Result<Image> decodeImage(const std::string& bytes) {
  if (bytes.starts_with("\xff\xd8")) return decodeJpeg(bytes);
  if (bytes.starts_with("\x89PNG")) return decodePng(bytes);
  if (bytes.starts_with("BM")) return decodeBmp(bytes);
  if (bytes.size() > 1 && bytes[0] == 'P' && bytes[1] >= '1' && bytes[1] <= '7') return decodePnm(bytes);
  if (bytes.empty()) return invalid("the image file is empty");
  return invalid("is no JPEG, PNG, BMP or PNM image");
}

Image toRgb(const Image& image) {
  if (image.channels == 3) return image;
  Image out{image.width, image.height, 3, {}};
  out.pixels.reserve(image.pixels.size() * 3);
  for (const std::uint8_t value : image.pixels) out.pixels.insert(out.pixels.end(), 3, value);
  return out;
}

Image toGray(const Image& image) {
  if (image.channels == 1) return image;
  Image out{image.width, image.height, 1, {}};
  out.pixels.reserve(image.pixels.size() / 3);
  for (std::size_t i = 0; i + 2 < image.pixels.size(); i += 3)  // 0.299, 0.587, 0.114 in 16 bits
    out.pixels.push_back(static_cast<std::uint8_t>(
        (image.pixels[i] * 19595U + image.pixels[i + 1] * 38470U + image.pixels[i + 2] * 7471U + 0x8000U) >> 16));
  return out;
}

void swapRedBlue(Image& image) {
  for (std::size_t i = 0; image.channels == 3 && i + 2 < image.pixels.size(); i += 3)
    std::swap(image.pixels[i], image.pixels[i + 2]);
}

Image resizeBilinear(const Image& image, std::int64_t width, std::int64_t height) {
  return resizeHeight(resizeWidth(image, width), height);
}

Image resizeShorterSide(const Image& image, std::int64_t side) {
  const bool portrait = image.width < image.height;
  const std::int64_t shorter = portrait ? image.width : image.height;
  const std::int64_t longer = portrait ? image.height : image.width;
  const std::int64_t other = std::max<std::int64_t>(1, side * longer / shorter);
  return portrait ? resizeBilinear(image, side, other) : resizeBilinear(image, other, side);
}

Result<Image> cropCentre(const Image& image, std::int64_t side) {
  if (image.width < side || image.height < side)
    return invalid("image of " + std::to_string(image.width) + "x" + std::to_string(image.height) +
                   " pixels is smaller than the crop of " + std::to_string(side));
  // Half pixels go to the even neighbour, as Python's round() does.
  const auto start = [side](std::int64_t extent) {
    return static_cast<std::int64_t>(std::nearbyint(static_cast<double>(extent - side) / 2));
  };
  Image out{side, side, image.channels, {}};
  out.pixels.resize(static_cast<std::size_t>(side * side * image.channels));
  const std::int64_t left = start(image.width), top = start(image.height);
  for (std::int64_t y = 0; y < side; ++y)
    std::copy_n(image.pixels.begin() + image.index(left, top + y), side * image.channels,
                out.pixels.begin() + out.index(0, y));
  return out;
}

Image letterbox(const Image& image, std::int64_t side, std::uint8_t padding) {
  const double ratio = static_cast<double>(side) / static_cast<double>(std::max(image.width, image.height));
  const auto extent = [&](std::int64_t from) {
    return std::clamp<std::int64_t>(static_cast<std::int64_t>(static_cast<double>(from) * ratio), 1, side);
  };
  const Image small = resizeBilinear(image, extent(image.width), extent(image.height));
  Image out{side, side, image.channels, {}};
  out.pixels.assign(static_cast<std::size_t>(side * side * image.channels), padding);
  for (std::int64_t y = 0; y < small.height; ++y)
    std::copy_n(small.pixels.begin() + small.index(0, y), small.width * small.channels,
                out.pixels.begin() + out.index(0, y));
  return out;
}

}  // namespace ew::image
