// SPDX-License-Identifier: Apache-2.0
#include <csetjmp>
#include <cstdio>  // jpeglib.h wants FILE

#include <jpeglib.h>

#include "core/base/text.h"
#include "core/image/image.h"

namespace ew::image {
namespace {

/// libjpeg reports fatal errors by a call that must not return.
struct ErrorManager {
  jpeg_error_mgr base;
  std::jmp_buf escape;
  char message[JMSG_LENGTH_MAX];
};

void onError(j_common_ptr info) {
  auto* manager = reinterpret_cast<ErrorManager*>(info->err);
  info->err->format_message(info, manager->message);
  std::longjmp(manager->escape, 1);
}

void onMessage(j_common_ptr) {}

std::uint8_t mulDiv255(unsigned a, unsigned b) {
  const unsigned product = a * b + 128;
  return static_cast<std::uint8_t>(((product >> 8) + product) >> 8);
}

/// Adobe stores CMYK inverted, and libjpeg leaves it so: the stored bytes are 255 - ink.
void cmykToRgb(const std::vector<std::uint8_t>& cmyk, bool inverted, std::vector<std::uint8_t>& rgb) {
  for (std::size_t pixel = 0; pixel < cmyk.size() / 4; ++pixel) {
    const auto ink = [&](std::size_t channel) {
      const unsigned stored = cmyk[pixel * 4 + channel];
      return inverted ? 255U - stored : stored;
    };
    const unsigned light = 255U - ink(3);
    for (std::size_t channel = 0; channel < 3; ++channel)
      rgb[pixel * 3 + channel] = static_cast<std::uint8_t>(light - mulDiv255(ink(channel), light));
  }
}

/// Everything that libjpeg can leave by longjmp. It has no objects with destructors: `image`, `cmyk` and the
/// decompressor belong to the caller. False: refused, with the text in `manager`.
bool decompress(jpeg_decompress_struct& info, ErrorManager& manager, const std::string& bytes, Image& image,
                std::vector<std::uint8_t>& cmyk, bool& tooLarge) {
  if (setjmp(manager.escape) != 0) return false;
  jpeg_create_decompress(&info);
  jpeg_mem_src(&info, reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<unsigned long>(bytes.size()));
  jpeg_read_header(&info, TRUE);
  image.width = info.image_width;
  image.height = info.image_height;
  tooLarge = image.width * image.height > maxImagePixels;
  if (tooLarge) return false;
  const bool isCmyk = info.num_components == 4;
  image.channels = info.num_components == 1 ? 1 : 3;
  info.out_color_space = isCmyk ? JCS_CMYK : image.channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_start_decompress(&info);
  const auto pixels = static_cast<std::size_t>(image.width * image.height);
  image.pixels.resize(pixels * static_cast<std::size_t>(image.channels));
  if (isCmyk) cmyk.resize(pixels * 4);
  std::uint8_t* rows = isCmyk ? cmyk.data() : image.pixels.data();
  const std::size_t stride = static_cast<std::size_t>(image.width) * static_cast<std::size_t>(info.output_components);
  while (info.output_scanline < info.output_height) {
    JSAMPROW row = rows + info.output_scanline * stride;
    jpeg_read_scanlines(&info, &row, 1);
  }
  jpeg_finish_decompress(&info);
  return true;
}

}  // namespace

Result<Image> decodeJpeg(const std::string& bytes) {
  jpeg_decompress_struct info{};
  ErrorManager manager{};
  info.err = jpeg_std_error(&manager.base);
  manager.base.error_exit = onError;
  manager.base.output_message = onMessage;
  Image image;
  std::vector<std::uint8_t> cmyk;
  bool tooLarge = false;
  const bool done = decompress(info, manager, bytes, image, cmyk, tooLarge);
  const bool inverted = info.saw_Adobe_marker != 0;
  jpeg_destroy_decompress(&info);
  if (tooLarge)
    return limitReached("image of " + std::to_string(image.width) + "x" + std::to_string(image.height) +
                        " pixels is over the limit of " + std::to_string(maxImagePixels));
  if (!done) return invalid("damaged JPEG: " + escapeControl(manager.message));
  if (!cmyk.empty()) cmykToRgb(cmyk, inverted, image.pixels);
  return image;
}

}  // namespace ew::image
