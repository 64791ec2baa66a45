// SPDX-License-Identifier: Apache-2.0
#include <png.h>

#include <csetjmp>
#include <cstring>

#include "core/base/text.h"
#include "core/image/image.h"

namespace ew::image {
namespace {

struct Reader {
  const std::string& bytes;
  std::size_t at = 0;
  std::string message;
};

void onRead(png_structp png, png_bytep to, std::size_t length) {
  auto* reader = static_cast<Reader*>(png_get_io_ptr(png));
  if (length > reader->bytes.size() - reader->at) png_error(png, "the file is truncated");
  std::memcpy(to, reader->bytes.data() + reader->at, length);
  reader->at += length;
}

/// libpng reports fatal errors by a call that must not return.
void onError(png_structp png, png_const_charp message) {
  static_cast<Reader*>(png_get_error_ptr(png))->message = message;
  png_longjmp(png, 1);
}

void onWarning(png_structp, png_const_charp) {}

/// Header and conversions. What PIL does: alpha goes, palettes and small gray depths become 8 bits, of 16 bits the
/// upper 8 stay, gamma is left alone.
bool readHeader(png_structp png, png_infop info, Image& image) {
  if (setjmp(png_jmpbuf(png)) != 0) return false;
  png_read_info(png, info);
  png_set_expand(png);
  png_set_strip_16(png);
  png_set_strip_alpha(png);
  png_set_interlace_handling(png);
  png_read_update_info(png, info);
  image.width = png_get_image_width(png, info);
  image.height = png_get_image_height(png, info);
  image.channels = png_get_channels(png, info);
  return true;
}

bool readRows(png_structp png, std::vector<png_bytep>& rows) {
  if (setjmp(png_jmpbuf(png)) != 0) return false;
  png_read_image(png, rows.data());
  return true;
}

/// Destroys both structs on every way out.
struct PngReader {
  png_structp png = nullptr;
  png_infop info = nullptr;
  ~PngReader() { png_destroy_read_struct(&png, &info, nullptr); }
};

}  // namespace

Result<Image> decodePng(const std::string& bytes) {
  Reader reader{bytes, 0, {}};
  PngReader handle;
  handle.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &reader, onError, onWarning);
  if (handle.png != nullptr) handle.info = png_create_info_struct(handle.png);
  if (handle.info == nullptr) return limitReached("no memory for a PNG decoder");
  png_set_read_fn(handle.png, &reader, onRead);
  Image image;
  const auto damaged = [&] { return invalid("damaged PNG: " + escapeControl(reader.message)); };
  if (!readHeader(handle.png, handle.info, image)) return damaged();
  if (image.width * image.height > maxImagePixels)
    return limitReached("image of " + std::to_string(image.width) + "x" + std::to_string(image.height) +
                        " pixels is over the limit of " + std::to_string(maxImagePixels));
  const auto stride = static_cast<std::size_t>(image.width * image.channels);
  image.pixels.resize(stride * static_cast<std::size_t>(image.height));
  std::vector<png_bytep> rows(static_cast<std::size_t>(image.height));
  for (std::size_t y = 0; y < rows.size(); ++y) rows[y] = &image.pixels[y * stride];
  if (!readRows(handle.png, rows)) return damaged();
  return image;
}

}  // namespace ew::image
