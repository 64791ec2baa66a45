// SPDX-License-Identifier: Apache-2.0
#include <cstring>

#include "accel/cpu/kernels/kernels.h"
#include "accel/cpu/parallel.h"
#include "core/ops/op.h"

namespace ew::cpu {
namespace {

constexpr std::int64_t mostPixels = std::int64_t{1} << 24;  ///< whose numbers a float32 holds

/// Which input pixel each output pixel copies: what the reference code makes of an image whose pixels are their own
/// numbers. So every way of rounding and placing coordinates is as it defines. Nothing when it cannot be told.
std::optional<std::vector<std::int64_t>> pixelMap(const Builder& builder, const Node& node, const Dims& x, const Dims& y) {
  Dims image(x);
  image[0] = image[1] = 1;
  if (elementCount(image) >= mostPixels) return std::nullopt;
  Tensor numbers = Tensor::zeros(DType::f32, image);
  std::span<float> pixels = numbers.mutableData<float>();
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<float>(i);
  const ops::Lookup found = ops::findOp(builder.graph(), node);
  ops::ComputeContext context{node, builder.graph().opset(), {numbers}, {}};
  for (std::size_t i = 1; i < node.inputs.size(); ++i) {
    const Tensor* constant = builder.constant(node.input(i));
    if (node.input(i) != kNone && constant == nullptr) return std::nullopt;
    Tensor operand = constant == nullptr ? Tensor() : *constant;
    if (i == 3 && operand.dtype() == DType::i64 && operand.size() == static_cast<std::int64_t>(x.size()))
      for (std::size_t axis : {std::size_t{0}, std::size_t{1}}) operand.mutableData<std::int64_t>()[axis] = 1;
    context.inputs.push_back(std::move(operand));
  }
  context.outputs.resize(1);
  if (found.def == nullptr || !ops::runCompute(*found.def, context).ok()) return std::nullopt;
  Dims expected(y);
  expected[0] = expected[1] = 1;
  if (context.outputs[0].dims() != expected) return std::nullopt;
  std::vector<std::int64_t> map;
  for (const float number : context.outputs[0].data<float>()) map.push_back(static_cast<std::int64_t>(number));
  return map;
}

bool hasOtherMode(const Node& node) { return node.attributes.getString("mode", "nearest") != "nearest"; }

bool isNearest(const Node& node) {
  const bool plainCoordinates = node.attributes.getString("coordinate_transformation_mode", "half_pixel") != "tf_crop_and_resize";
  return plainCoordinates && node.attributes.getString("keep_aspect_ratio_policy", "stretch") == "stretch";
}

}  // namespace

/// Nearest-neighbour resizing of the spatial axes, with the channels innermost: whole pixels are copied.
Result<bool> addResize(Builder& builder, const Group& group) {
  const Node& node = *group.anchor;
  const ValueId x = node.input(0), y = node.output(0);
  if (!builder.isStatic(x) || !builder.isStatic(y) || builder.constant(x) != nullptr) return false;
  if (hasOtherMode(node)) return addWeightedResize(builder, group);
  if (!isNearest(node)) return false;
  const Dims from = builder.dims(x), to = builder.dims(y);
  if (from.size() < 3 || from.size() > 5 || from[0] != to[0] || from[1] != to[1]) return false;
  auto map = pixelMap(builder, node, from, to);
  if (!map) return false;
  constexpr Tag channelsLast[] = {Tag::nwc, Tag::nhwc, Tag::ndhwc};
  const DataType type = *dnnlType(builder.dtype(x));
  const SlotId in = builder.read(x, Desc(from, type, channelsLast[from.size() - 3])), out = builder.write(y, Desc(to, type, channelsLast[to.size() - 3]));
  const std::size_t pixel = static_cast<std::size_t>(from[1]) * dnnl::memory::data_type_size(type);
  const std::int64_t inPlane = elementCount(from) / (from[0] * from[1]);
  const auto body = [=, batch = from[0], map = *std::move(map)](Storage& storage) {
    const auto outPlane = static_cast<std::int64_t>(map.size());
    parallelFor(batch * outPlane, std::max<std::int64_t>(1, 65536 / static_cast<std::int64_t>(pixel)), [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) {
        const std::int64_t source = i / outPlane * inPlane + map[static_cast<std::size_t>(i % outPlane)];
        std::memcpy(storage.at(out) + static_cast<std::size_t>(i) * pixel, storage.at(in) + static_cast<std::size_t>(source) * pixel, pixel);
      }
    });
  };
  builder.add(std::make_unique<LoopKernel>("copy", body), {in}, {out});
  return true;
}

}  // namespace ew::cpu
