// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "accel/cpu/kernels/kernels.h"
#include "accel/cpu/loops/float_loops.h"
#include "accel/cpu/loops/reduce_loops.h"
#include "accel/cpu/parallel.h"
#include "core/ops/attributes.h"
#include "core/ops/axis_walk.h"

namespace ew::cpu {
namespace {

constexpr std::int64_t grain = 16384;

bool isFloat(const Builder& builder, ValueId id) { return builder.isStatic(id) && builder.dtype(id) == DType::f32; }

struct Moments { float mean, factor; };

/// Mean and 1 / sqrt(variance + epsilon), or 0 and 1 / sqrt(mean square + epsilon).
Moments momentsOf(const float* x, std::int64_t n, float epsilon, bool centered) {
  const float count = static_cast<float>(n);
  const float mean = centered ? joinRow(Join::Sum, x, n) / count : 0;
  return {mean, 1 / std::sqrt(squaresAround(x, n, mean) / count + epsilon)};
}

}  // namespace

/// LayerNormalization and RMSNormalization over the last axes, scaled and shifted element by element.
Result<bool> addLayerNormalization(Builder& builder, const Group& group) {
  const Node& node = *group.anchor;
  const ValueId x = node.input(0), scale = node.input(1), shift = node.input(2), y = node.output(0);
  if (!isFloat(builder, x) || !isFloat(builder, scale) || !isFloat(builder, y) || builder.constant(x) != nullptr) return false;
  if (shift != kNone && !isFloat(builder, shift)) return false;
  for (std::size_t i = 1; i < node.outputs.size(); ++i)
    if (node.outputs[i] != kNone) return false;
  const Dims dims = builder.dims(x);
  EW_ASSIGN(const std::size_t axis, ops::normalizedAxis(node.attributes.getInt("axis", -1), dims.size()));
  const Dims normalized(dims.begin() + static_cast<std::ptrdiff_t>(axis), dims.end());
  if (builder.dims(scale) != normalized || (shift != kNone && builder.dims(shift) != normalized)) return false;
  const std::int64_t length = elementCount(normalized), rows = elementCount(dims) / length;
  const SlotId from = builder.readPlain(x), factors = builder.readPlain(scale), shifts = shift != kNone ? builder.readPlain(shift) : kNoSlot;
  const SlotId to = builder.writePlain(y);
  const auto body = [=, centered = node.opType == "LayerNormalization", epsilon = node.attributes.getFloat("epsilon", 1e-5F)](Storage& storage) {
    const float* by = storage.as<const float>(factors);
    const float* plus = shifts != kNoSlot ? storage.as<const float>(shifts) : nullptr;
    parallelFor(rows, std::max<std::int64_t>(1, grain / length), [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t row = begin; row < end; ++row) {
        const float* in = storage.as<const float>(from) + row * length;
        const Moments moments = momentsOf(in, length, epsilon, centered);
        scaleEach(in, storage.as<float>(to) + row * length, length, moments.mean, moments.factor, by, plus);
      }
    });
  };
  std::vector<SlotId> reads{from, factors};
  if (shifts != kNoSlot) reads.push_back(shifts);
  builder.add(std::make_unique<LoopKernel>("rows", body), std::move(reads), {to});
  return true;
}

/// Each channel of each image by its own mean and variance.
Result<bool> addInstanceNormalization(Builder& builder, const Group& group) {
  const Node& node = *group.anchor;
  const ValueId x = node.input(0), y = node.output(0);
  if (!isFloat(builder, x) || !isFloat(builder, y) || builder.constant(x) != nullptr) return false;
  const Dims dims = builder.dims(x);
  if (dims.size() < 3) return false;
  for (std::size_t i = 1; i < 3; ++i)
    if (!isFloat(builder, node.input(i)) || builder.dims(node.input(i)) != Dims{dims[1]}) return false;
  const ops::AxisSplit split = ops::splitAround(dims, 1, 2);
  const SlotId from = builder.readPlain(x), scale = builder.readPlain(node.input(1)), shift = builder.readPlain(node.input(2));
  const SlotId to = builder.writePlain(y);
  const auto body = [=, epsilon = node.attributes.getFloat("epsilon", 1e-5F)](Storage& storage) {
    parallelFor(split.outer * split.length, std::max<std::int64_t>(1, grain / split.inner), [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t plane = begin; plane < end; ++plane) {
        const float* in = storage.as<const float>(from) + plane * split.inner;
        const Moments moments = momentsOf(in, split.inner, epsilon, true);
        const std::int64_t c = plane % split.length;
        normalizeAll(in, storage.as<float>(to) + plane * split.inner, split.inner, moments.mean, moments.factor * storage.as<const float>(scale)[c],
                     storage.as<const float>(shift)[c]);
      }
    });
  };
  builder.add(std::make_unique<LoopKernel>("rows", body), {from, scale, shift}, {to});
  return true;
}

}  // namespace ew::cpu
