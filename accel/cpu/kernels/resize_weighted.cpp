// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>

#include "accel/cpu/kernels/kernels.h"
#include "accel/cpu/loops/reduce_loops.h"
#include "accel/cpu/parallel.h"
#include "core/ops/resize_axis.h"

namespace ew::cpu {
namespace {

/// The operands of a Resize of opset 11 and later that its axes depend on; nothing when they are not constant.
std::optional<std::vector<ops::ResizeAxis>> axesOf(const Builder& builder, const Node& node, const Dims& x) {
  std::vector<float> scales;
  std::vector<std::int64_t> sizes;
  for (const std::size_t index : {std::size_t{2}, std::size_t{3}}) {
    const Tensor* operand = builder.constant(node.input(index));
    if (node.input(index) == kNone || (operand != nullptr && operand->size() == 0)) continue;
    if (operand == nullptr) return std::nullopt;
    if (index == 2 && operand->dtype() == DType::f32) scales.assign(operand->data<float>().begin(), operand->data<float>().end());
    if (index == 3 && scales.empty()) {
      const auto values = toInts(*operand);
      if (!values.ok()) return std::nullopt;
      sizes = *values;
    }
  }
  const auto axes = ops::resizeAxes(node, x, scales, sizes, {});
  return axes.ok() ? std::optional(*axes) : std::nullopt;
}

/// Taps of the two spatial axes; nothing when an element takes the extrapolation value.
std::optional<ops::ResizeTaps> tapsOf(const ops::ResizeAxis& axis, const ops::ResizeMode& mode) {
  auto taps = ops::resizeTaps(axis, mode);
  if (!taps.ok() || std::find(taps->outside.begin(), taps->outside.end(), true) != taps->outside.end()) return std::nullopt;
  return *std::move(taps);
}

/// One output pixel from the input pixels around it, all channels at once.
void weigh(const ops::ResizeTaps& rows, std::size_t row, const ops::ResizeTaps& columns, std::size_t column, const float* image, std::int64_t width,
           std::int64_t channels, float* out) {
  bool first = true;
  for (std::size_t i = rows.begin[row]; i < rows.begin[row + 1]; ++i) {
    for (std::size_t k = columns.begin[column]; k < columns.begin[column + 1]; ++k) {
      const double weight = rows.weight[i] * columns.weight[k];
      if (weight == 0 && !first) continue;
      addScaled(first, static_cast<float>(weight), image + (rows.index[i] * width + columns.index[k]) * channels, out, channels);
      first = false;
    }
  }
}

}  // namespace

/// Linear and cubic resizing of images with the channels innermost, with the reference's own taps and weights.
Result<bool> addWeightedResize(Builder& builder, const Group& group) {
  const Node& node = *group.anchor;
  const ValueId x = node.input(0), y = node.output(0);
  if (node.opType != "Resize" || builder.graph().opset() < 11 || builder.dtype(x) != DType::f32) return false;
  if (node.attributes.getString("coordinate_transformation_mode", "half_pixel") == "tf_crop_and_resize") return false;
  const Dims from = builder.dims(x), to = builder.dims(y);
  const auto mode = ops::resizeMode(node, false);
  const auto axes = from.size() == 4 ? axesOf(builder, node, from) : std::nullopt;
  if (!mode.ok() || !axes || axes->size() != 4 || !(*axes)[0].isIdentity(*mode) || !(*axes)[1].isIdentity(*mode)) return false;
  auto rows = tapsOf((*axes)[2], *mode), columns = tapsOf((*axes)[3], *mode);
  if (!rows || !columns || (*axes)[2].out != to[2] || (*axes)[3].out != to[3]) return false;
  const SlotId in = builder.read(x, Desc(from, DataType::f32, Tag::nhwc)), out = builder.write(y, Desc(to, DataType::f32, Tag::nhwc));
  const auto body = [=, rows = *std::move(rows), columns = *std::move(columns)](Storage& storage) {
    const std::int64_t perRow = to[3] * to[1];
    parallelFor(to[0] * to[2], std::max<std::int64_t>(1, 8192 / perRow), [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t line = begin; line < end; ++line) {
        const float* image = storage.as<const float>(in) + line / to[2] * from[1] * from[2] * from[3];
        for (std::int64_t column = 0; column < to[3]; ++column)
          weigh(rows, static_cast<std::size_t>(line % to[2]), columns, static_cast<std::size_t>(column), image, from[3], from[1],
                storage.as<float>(out) + line * perRow + column * to[1]);
      }
    });
  };
  builder.add(std::make_unique<LoopKernel>("weighted", body), {in}, {out});
  return true;
}

}  // namespace ew::cpu
