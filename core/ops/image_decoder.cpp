// SPDX-License-Identifier: Apache-2.0
// JPEG, PNG, BMP and PNM; other formats that the operator's definition names are refused.
#include <algorithm>

#include "core/image/image.h"
#include "core/ops/inference.h"

namespace ew::ops {
namespace {

Result<std::string> formatOf(const Node& node) {
  const std::string format = node.attributes.getString("pixel_format", "RGB");
  if (format == "RGB" || format == "BGR" || format == "Grayscale") return format;
  return invalid("pixel_format is '" + format + "', not RGB, BGR or Grayscale");
}

Status infer(InferContext& context) {
  EW_ASSIGN(const std::string format, formatOf(context.node));
  context.outputs[0].dtype = DType::u8;
  context.outputs[0].shape = Shape({Dim(), Dim(), Dim(format == "Grayscale" ? 1 : 3)});
  return {};
}

Status refuseOtherFormats(const std::string& bytes) {
  const auto begins = [&](std::string_view text, std::size_t at = 0) { return bytes.size() >= at + text.size() && bytes.compare(at, text.size(), text) == 0; };
  if (begins("II*") || begins("MM")) return unsupported("TIFF images are not supported");
  if (begins("RIFF") && begins("WEBP", 8)) return unsupported("WebP images are not supported");
  if (begins("jP  ", 4) || begins("\xff\x4f\xff\x51")) return unsupported("JPEG 2000 images are not supported");
  return {};
}

Status compute(ComputeContext& context) {
  const Tensor& stream = context.inputs[0];
  EW_ASSIGN(const std::string format, formatOf(context.node));
  if (stream.dtype() != DType::u8 || stream.rank() != 1) return invalid("encoded_stream is " + std::string(dtypeName(stream.dtype())) + " of shape " + dimsText(stream.dims()) + ", not a vector of uint8");
  const std::string bytes(reinterpret_cast<const char*>(stream.bytes().data()), stream.bytes().size());
  EW_TRY(refuseOtherFormats(bytes));
  const std::int64_t channels = format == "Grayscale" ? 1 : 3;
  Result<image::Image> decoded = image::decodeImage(bytes);
  if (!decoded.ok() && decoded.error().code != ErrorCode::Invalid) return std::move(decoded).error();
  // What cannot be decoded is an empty image by the operator's definition.
  image::Image picture = decoded.ok() ? std::move(*decoded) : image::Image{0, 0, channels, {}};
  if (decoded.ok()) picture = channels == 1 ? image::toGray(picture) : image::toRgb(picture);
  if (format == "BGR") image::swapRedBlue(picture);
  EW_ASSIGN(Tensor out, Tensor::create(DType::u8, {picture.height, picture.width, channels}));
  std::ranges::copy(picture.pixels, out.mutableData<std::uint8_t>().begin());
  context.outputs[0] = std::move(out);
  return {};
}

}  // namespace

OpDef imageDecoderOp() { return {.name = "ImageDecoder", .sinceVersion = 20, .infer = infer, .compute = compute, .mostInputs = 1}; }

}  // namespace ew::ops
