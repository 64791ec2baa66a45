// SPDX-License-Identifier: Apache-2.0
#include "core/ops/arg_extreme.h"

#include "core/ops/attributes.h"
#include "core/ops/dispatch.h"

namespace ew::ops {
namespace {

template <class T>
std::int64_t extremeOf(const T* first, std::int64_t stride, std::int64_t extent, bool largest, bool last) {
  std::int64_t best = 0;
  for (std::int64_t i = 1; i < extent; ++i) {
    const auto candidate = static_cast<Wide<T>>(first[i * stride]);
    const auto current = static_cast<Wide<T>>(first[best * stride]);
    const bool better = largest ? candidate > current : candidate < current;
    if (better || (last && candidate == current)) best = i;
  }
  return best;
}

}  // namespace

Status inferArgExtreme(InferContext& context) {
  context.outputs[0].dtype = DType::i64;
  const auto& shape = context.inputs[0].shape;
  if (!shape) return {};
  EW_ASSIGN(const std::size_t axis, normalizedAxis(context.node.attributes.getInt("axis", 0), shape->rank()));
  std::vector<Dim> dims = shape->dims();
  if (context.node.attributes.getInt("keepdims", 1) != 0) dims[axis] = Dim(1);
  else dims.erase(dims.begin() + static_cast<std::ptrdiff_t>(axis));
  context.outputs[0].shape = Shape(std::move(dims));
  return {};
}

Status computeArgExtreme(ComputeContext& context, bool largest) {
  const Tensor& data = context.inputs[0];
  EW_ASSIGN(const std::size_t axis, normalizedAxis(context.node.attributes.getInt("axis", 0), data.rank()));
  const std::int64_t extent = data.dim(axis);
  Dims kept = data.dims();
  kept[axis] = 1;
  EW_ASSIGN(Tensor out, Tensor::create(DType::i64, kept));
  if (extent == 0 && out.size() > 0) return invalid("axis " + std::to_string(axis) + " has no elements");
  const bool last = context.node.attributes.getInt("select_last_index", 0) != 0;
  const std::int64_t inner = stridesOf(data.dims())[axis];
  EW_TRY(dispatchNumber(data.dtype(), [&]<class T>() {
    const std::span<const T> from = data.data<T>();
    const std::span<std::int64_t> to = out.mutableData<std::int64_t>();
    for (std::size_t i = 0; i < to.size(); ++i) {
      const auto at = static_cast<std::int64_t>(i);
      to[i] = extremeOf(from.data() + at / inner * extent * inner + at % inner, inner, extent, largest, last);
    }
  }));
  if (context.node.attributes.getInt("keepdims", 1) == 0) kept.erase(kept.begin() + static_cast<std::ptrdiff_t>(axis));
  context.outputs[0] = out.reshaped(std::move(kept));
  return {};
}

}  // namespace ew::ops
