// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <string>

#include "core/image/image.h"

namespace ew::image {
namespace {

/// Little-endian numbers at places that were checked.
struct Bytes {
  const std::string& bytes;

  std::uint32_t at(std::size_t place, int width) const {
    std::uint32_t value = 0;
    for (int i = 0; i < width; ++i) value |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[place + static_cast<std::size_t>(i)])) << (8 * i);
    return value;
  }
};

struct Header {
  std::int64_t width = 0, height = 0;
  bool fromTop = false;
  std::uint32_t bits = 0, colors = 0;
  std::size_t palette = 0, pixels = 0, stride = 0;
};

constexpr std::size_t fileHeader = 14, infoHeader = 40;

Result<Header> headerOf(const std::string& bytes) {
  if (bytes.size() < fileHeader + infoHeader) return invalid("damaged BMP: the header is cut off");
  const Bytes in{bytes};
  Header out;
  const std::uint32_t size = in.at(14, 4), compression = in.at(30, 4);
  const auto height = static_cast<std::int32_t>(in.at(22, 4));
  out.width = static_cast<std::int32_t>(in.at(18, 4));
  out.height = height < 0 ? -static_cast<std::int64_t>(height) : height;
  out.fromTop = height < 0;
  out.bits = in.at(28, 2);
  if (size < infoHeader || compression != 0 || (out.bits != 8 && out.bits != 24 && out.bits != 32))
    return unsupported("BMP of " + std::to_string(out.bits) + " bits, compression " + std::to_string(compression) + " is not supported");
  if (out.width < 1 || out.height < 1) return invalid("damaged BMP: " + std::to_string(out.width) + " x " + std::to_string(out.height) + " pixels");
  if (out.width * out.height > maxImagePixels) return limitReached("image of " + std::to_string(out.width) + "x" + std::to_string(out.height) + " pixels is over the limit of " + std::to_string(maxImagePixels));
  out.colors = in.at(46, 4) == 0 ? 256 : in.at(46, 4);
  out.palette = fileHeader + size;
  out.pixels = in.at(10, 4);
  out.stride = (static_cast<std::size_t>(out.width) * out.bits / 8 + 3) / 4 * 4;
  if (out.pixels > bytes.size() || out.stride * static_cast<std::size_t>(out.height) > bytes.size() - out.pixels) return invalid("damaged BMP: pixels are cut off");
  if (out.bits == 8 && (out.colors > 256 || out.palette > bytes.size() || out.colors * std::size_t{4} > bytes.size() - out.palette)) return invalid("damaged BMP: the palette is cut off");
  return out;
}

}  // namespace

Result<Image> decodeBmp(const std::string& bytes) {
  EW_ASSIGN(const Header header, headerOf(bytes));
  const Bytes in{bytes};
  Image image{header.width, header.height, 3, {}};
  image.pixels.reserve(static_cast<std::size_t>(header.width * header.height) * 3);
  for (std::int64_t y = 0; y < header.height; ++y) {
    const std::size_t row = header.pixels + header.stride * static_cast<std::size_t>(header.fromTop ? y : header.height - 1 - y);
    for (std::int64_t x = 0; x < header.width; ++x) {
      std::size_t place = row + static_cast<std::size_t>(x) * header.bits / 8;
      if (header.bits == 8) {
        const std::uint32_t color = in.at(place, 1);
        if (color >= header.colors) return invalid("damaged BMP: color " + std::to_string(color) + " of " + std::to_string(header.colors));
        place = header.palette + color * std::size_t{4};
      }
      for (const std::size_t channel : {2U, 1U, 0U}) image.pixels.push_back(static_cast<std::uint8_t>(in.at(place + channel, 1)));
    }
  }
  return image;
}

}  // namespace ew::image
