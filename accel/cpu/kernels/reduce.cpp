// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <optional>

#include "accel/cpu/kernels/kernels.h"
#include "accel/cpu/loops/reduce_loops.h"
#include "accel/cpu/parallel.h"
#include "core/ops/attributes.h"

namespace ew::cpu {
namespace {

std::optional<Join> joinOf(const std::string& op) {
  if (op == "ReduceSum" || op == "ReduceMean") return Join::Sum;
  if (op == "ReduceSumSquare" || op == "ReduceL2") return Join::Squares;
  if (op == "ReduceMax") return Join::Max;
  if (op == "ReduceMin") return Join::Min;
  return std::nullopt;
}

/// The axes that the node joins, in order; nothing when they are not constant. All of them when none is named.
std::optional<std::vector<std::size_t>> axesOf(const Builder& builder, const Node& node, std::size_t rank) {
  std::vector<std::int64_t> named = node.attributes.getInts("axes");
  if (node.input(1) != kNone) {
    const Tensor* operand = builder.constant(node.input(1));
    const auto values = operand != nullptr ? toInts(*operand) : Result<std::vector<std::int64_t>>(unsupported("not constant"));
    if (!values.ok()) return std::nullopt;
    named = *values;
  }
  if (named.empty() && node.attributes.getInt("noop_with_empty_axes", 0) != 0) return std::nullopt;
  if (named.empty())
    for (std::size_t i = 0; i < rank; ++i) named.push_back(static_cast<std::int64_t>(i));
  auto axes = ops::normalizedAxes(named, rank);
  if (!axes.ok()) return std::nullopt;
  std::sort(axes->begin(), axes->end());
  return *axes;
}

}  // namespace

/// Sums, means, extremes and norms over axes that follow one another.
Result<bool> addReduce(Builder& builder, const Group& group) {
  const Node& node = *group.anchor;
  const ValueId x = node.input(0), y = node.output(0);
  const auto join = joinOf(node.opType);
  if (!join || !builder.isStatic(x) || !builder.isStatic(y) || builder.dtype(x) != DType::f32 || builder.constant(x) != nullptr) return false;
  const Dims dims = builder.dims(x);
  const auto axes = axesOf(builder, node, dims.size());
  if (!axes || axes->empty() || axes->back() - axes->front() + 1 != axes->size()) return false;
  std::int64_t outer = 1, length = 1, inner = 1;
  for (std::size_t i = 0; i < dims.size(); ++i) (i < axes->front() ? outer : i <= axes->back() ? length : inner) *= dims[i];
  if (elementCount(builder.dims(y)) != outer * inner) return false;
  const SlotId from = builder.readPlain(x), to = builder.writePlain(y);
  const float scale = node.opType == "ReduceMean" ? 1 / static_cast<float>(length) : 1;
  const auto body = [=, how = *join, root = node.opType == "ReduceL2"](Storage& storage) {
    parallelFor(outer, std::max<std::int64_t>(1, 16384 / (length * inner)), [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t o = begin; o < end; ++o) {
        const float* in = storage.as<const float>(from) + o * length * inner;
        float* out = storage.as<float>(to) + o * inner;
        if (inner == 1) *out = joinRow(how, in, length);
        else for (std::int64_t k = 0; k < length; ++k) joinInto(how, k == 0, in + k * inner, out, inner);
        if (scale != 1) for (std::int64_t i = 0; i < inner; ++i) out[i] *= scale;
        if (root) for (std::int64_t i = 0; i < inner; ++i) out[i] = std::sqrt(out[i]);
      }
    });
  };
  builder.add(std::make_unique<LoopKernel>("rows", body), {from}, {to});
  return true;
}

}  // namespace ew::cpu
