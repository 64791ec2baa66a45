// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <string>

#include "core/image/image.h"

namespace ew::image {
namespace {

/// The numbers of a header (or of pixels as text), with comments between them.
class Numbers {
 public:
  Numbers(const std::string& bytes, std::size_t at) : bytes_(bytes), at_(at) {}

  Result<std::int64_t> next() {
    while (at_ < bytes_.size() && (isSpace(bytes_[at_]) || bytes_[at_] == '#')) {
      if (bytes_[at_] != '#') ++at_;
      else while (at_ < bytes_.size() && bytes_[at_] != '\n') ++at_;
    }
    const std::size_t first = at_;
    std::int64_t value = 0;
    for (; at_ < bytes_.size() && bytes_[at_] >= '0' && bytes_[at_] <= '9'; ++at_) {
      value = value * 10 + (bytes_[at_] - '0');
      if (value > std::int64_t{1} << 32) return invalid("damaged PNM: a number is too large");
    }
    if (at_ == first) return invalid("damaged PNM: a number is missing");
    return value;
  }
  std::size_t place() const { return at_; }

 private:
  static bool isSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
  const std::string& bytes_;
  std::size_t at_;
};

std::uint8_t scaled(std::int64_t level, std::int64_t most) { return static_cast<std::uint8_t>((level * 255 + most / 2) / most); }

}  // namespace

Result<Image> decodePnm(const std::string& bytes) {
  if (bytes.size() < 2 || (bytes[1] != '2' && bytes[1] != '3' && bytes[1] != '5' && bytes[1] != '6')) return unsupported("PNM other than P2, P3, P5 and P6 is not supported");
  const bool asText = bytes[1] <= '3';
  Numbers numbers(bytes, 2);
  Image image;
  EW_ASSIGN(image.width, numbers.next());
  EW_ASSIGN(image.height, numbers.next());
  EW_ASSIGN(const std::int64_t most, numbers.next());
  image.channels = bytes[1] == '3' || bytes[1] == '6' ? 3 : 1;
  if (most < 1 || image.width < 1 || image.height < 1) return invalid("damaged PNM: no pixels or no levels");
  if (most > 255) return unsupported("PNM of more than 255 levels is not supported");
  if (image.width > maxImagePixels || image.height > maxImagePixels || image.width * image.height > maxImagePixels)
    return limitReached("image of " + std::to_string(image.width) + "x" + std::to_string(image.height) + " pixels is over the limit of " + std::to_string(maxImagePixels));
  const auto count = static_cast<std::size_t>(image.width * image.height * image.channels);
  // One whitespace character ends the header; as text, a pixel takes at least two characters.
  const std::size_t begin = numbers.place() + 1;
  if (begin > bytes.size() || (asText ? count / 2 : count) > bytes.size() - begin) return invalid("damaged PNM: pixels are cut off");
  image.pixels.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    std::int64_t level = asText ? 0 : static_cast<unsigned char>(bytes[begin + i]);
    if (asText) { EW_ASSIGN(level, numbers.next()); }
    if (level > most) return invalid("damaged PNM: level " + std::to_string(level) + " of " + std::to_string(most));
    image.pixels.push_back(scaled(level, most));
  }
  return image;
}

}  // namespace ew::image
