// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <numeric>
#include <type_traits>

#include "core/ops/attributes.h"
#include "core/ops/dispatch.h"
#include "core/ops/element_facts.h"
#include "core/ops/int_operand.h"

namespace ew::ops {
namespace {

/// k: an operand since opset 10, an attribute before. Nothing while inferring when it is not constant.
Result<std::optional<std::int64_t>> constantK(const InferContext& context) {
  if (!context.has(1)) return std::optional(context.node.attributes.getInt("k", -1));
  if (context.inputs[1].constant == nullptr) return std::optional<std::int64_t>();
  EW_ASSIGN(const std::int64_t k, intOf(*context.inputs[1].constant, "K"));
  return std::optional(k);
}

Status checkK(std::int64_t k, std::int64_t extent) {
  if (k >= 0 && k <= extent) return {};
  return invalid("K is " + std::to_string(k) + " for an axis of " + std::to_string(extent) + " elements");
}

Status infer(InferContext& context) {
  context.outputs[0].dtype = context.inputs[0].dtype;
  if (context.outputs.size() > 1) context.outputs[1].dtype = DType::i64;
  if (!context.inputs[0].shape) return {};
  Shape out = *context.inputs[0].shape;
  EW_ASSIGN(const std::size_t axis, normalizedAxis(context.node.attributes.getInt("axis", -1), out.rank()));
  EW_ASSIGN(const std::optional<std::int64_t> k, constantK(context));
  if (k && out[axis].known()) EW_TRY(checkK(*k, out[axis].extent));
  if (k && *k < 0) return invalid("K is " + std::to_string(*k));
  const auto symbolic = k ? std::nullopt : elementOf(context, 1);
  out[axis] = k ? Dim(*k) : symbolic ? symbolic->dim() : Dim();
  for (auto& output : context.outputs) output.shape = out;
  return {};
}

/// Whether a comes before b: by value, NaN as the largest, then by position.
template <class V>
bool before(V a, V b, bool largest) {
  if constexpr (std::is_floating_point_v<V>) {
    if (std::isnan(a) || std::isnan(b)) return largest ? std::isnan(a) && !std::isnan(b) : !std::isnan(a) && std::isnan(b);
  }
  return largest ? a > b : a < b;
}

template <class T>
void topOf(const T* line, std::int64_t stride, bool largest, std::vector<std::int64_t>& positions, std::int64_t k) {
  std::iota(positions.begin(), positions.end(), 0);
  const auto value = [&](std::int64_t i) { return static_cast<Wide<T>>(line[i * stride]); };
  std::partial_sort(positions.begin(), positions.begin() + k, positions.end(), [&](std::int64_t a, std::int64_t b) {
    if (before(value(a), value(b), largest)) return true;
    if (before(value(b), value(a), largest)) return false;
    return a < b;
  });
}

Status compute(ComputeContext& context) {
  const Tensor& x = context.inputs[0];
  EW_ASSIGN(const std::size_t axis, normalizedAxis(context.node.attributes.getInt("axis", -1), x.rank()));
  std::int64_t k = context.node.attributes.getInt("k", -1);
  if (context.has(1)) {
    EW_ASSIGN(k, intOf(context.inputs[1], "K"));
  }
  const std::int64_t extent = x.dim(axis);
  EW_TRY(checkK(k, extent));
  const bool largest = context.node.attributes.getInt("largest", 1) != 0;
  Dims dims = x.dims();
  dims[axis] = k;
  EW_ASSIGN(Tensor values, Tensor::create(x.dtype(), dims));
  EW_ASSIGN(Tensor indices, Tensor::create(DType::i64, dims));
  if (values.size() > 0) {
    const std::int64_t inner = stridesOf(x.dims())[axis];
    std::vector<std::int64_t> positions(static_cast<std::size_t>(extent));
    EW_TRY(dispatchNumber(x.dtype(), [&]<class T>() {
      const std::span<const T> from = x.data<T>();
      const std::span<T> to = values.mutableData<T>();
      const std::span<std::int64_t> chosen = indices.mutableData<std::int64_t>();
      for (std::int64_t line = 0; line < x.size() / extent; ++line) {
        const T* first = from.data() + line / inner * extent * inner + line % inner;
        topOf(first, inner, largest, positions, k);
        for (std::int64_t i = 0; i < k; ++i) {
          const auto at = static_cast<std::size_t>((line / inner * k + i) * inner + line % inner);
          chosen[at] = positions[static_cast<std::size_t>(i)];
          to[at] = first[chosen[at] * inner];
        }
      }
    }));
  }
  context.outputs[0] = std::move(values);
  if (context.wants(1)) context.outputs[1] = std::move(indices);
  return {};
}

}  // namespace

OpDef topKOp() { return {.name = "TopK", .infer = infer, .compute = compute}; }

}  // namespace ew::ops
