// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/ops/attributes.h"
#include "core/ops/move.h"

namespace ew::ops {
namespace {

/// The input as `count` slices along the axis; each slice is elements(outer) * inner numbers.
struct Slices {
  Tensor data;
  std::size_t axis = 0;
  std::int64_t count = 0, outer = 1, inner = 1;

  std::size_t at(std::int64_t slice, std::int64_t o, std::int64_t i) const {
    return static_cast<std::size_t>((o * count + slice) * inner + i);
  }
};

Result<Slices> slicesOf(const ComputeContext& context) {
  Slices out;
  out.data = context.inputs[0];
  if (!context.node.attributes.has("axis")) out.data = out.data.reshaped({out.data.size()});
  EW_ASSIGN(out.axis, normalizedAxis(context.node.attributes.getInt("axis", 0), out.data.rank()));
  out.count = out.data.dim(out.axis);
  if (out.data.size() == 0 && out.count > (std::int64_t{1} << 20)) return limitReached("over 2^20 slices without elements");
  if (out.data.size() == 0) return out;
  out.inner = stridesOf(out.data.dims())[out.axis];
  out.outer = out.data.size() / out.count / out.inner;
  return out;
}

/// A total order, so that sorting is defined for NaN too: it comes last and equals itself.
template <class V>
int order(const V& a, const V& b) {
  if (a < b) return -1;
  if (b < a) return 1;
  if constexpr (std::is_floating_point_v<V>) return static_cast<int>(std::isnan(a)) - static_cast<int>(std::isnan(b));
  else return 0;
}

template <class V>
int compareSlices(const std::vector<V>& values, const Slices& slices, std::int64_t a, std::int64_t b) {
  if (slices.data.size() == 0) return 0;
  for (std::int64_t o = 0; o < slices.outer; ++o)
    for (std::int64_t i = 0; i < slices.inner; ++i)
      if (const int result = order(values[slices.at(a, o, i)], values[slices.at(b, o, i)]); result != 0) return result;
  return 0;
}

/// Groups of equal slices, in ascending order; the positions in a group ascend too.
template <class V>
std::vector<std::vector<std::int64_t>> groupsOf(const std::vector<V>& values, const Slices& slices) {
  std::vector<std::int64_t> positions(static_cast<std::size_t>(slices.count));
  std::iota(positions.begin(), positions.end(), 0);
  std::stable_sort(positions.begin(), positions.end(),
                   [&](std::int64_t a, std::int64_t b) { return compareSlices(values, slices, a, b) < 0; });
  std::vector<std::vector<std::int64_t>> groups;
  for (const std::int64_t position : positions) {
    if (groups.empty() || compareSlices(values, slices, groups.back().front(), position) != 0) groups.emplace_back();
    groups.back().push_back(position);
  }
  return groups;
}

Result<std::vector<std::vector<std::int64_t>>> groupsOf(const Slices& slices) {
  const DType type = slices.data.dtype();
  if (type == DType::string) return groupsOf(slices.data.stringData(), slices);
  if (isFloat(type)) {
    EW_ASSIGN(const std::vector<double> values, toDoubles(slices.data));
    return groupsOf(values, slices);
  }
  EW_ASSIGN(const std::vector<std::int64_t> values, toInts(slices.data));
  if (type != DType::u64) return groupsOf(values, slices);
  return groupsOf(std::vector<std::uint64_t>(values.begin(), values.end()), slices);
}

Result<Tensor> firstSlices(const Slices& slices, const std::vector<std::vector<std::int64_t>>& groups) {
  Dims dims = slices.data.dims();
  dims[slices.axis] = static_cast<std::int64_t>(groups.size());
  EW_ASSIGN(Tensor out, Tensor::create(slices.data.dtype(), dims));
  Layout source = layoutOf(slices.data);
  Layout sink = layoutOf(out);
  const std::int64_t step = source.strides[slices.axis];
  dims[slices.axis] = 1;
  for (const auto& group : groups) {
    source.offset = group.front() * step;
    copyBox(slices.data, source, out, sink, dims);
    sink.offset += sink.strides[slices.axis];
  }
  return out;
}

Status infer(InferContext& context) {
  context.outputs[0].dtype = context.inputs[0].dtype;
  for (std::size_t i = 1; i < context.outputs.size(); ++i) {
    context.outputs[i].dtype = DType::i64;
    context.outputs[i].shape = Shape(std::vector<Dim>(1));
  }
  const bool flat = !context.node.attributes.has("axis");
  if (!flat && !context.inputs[0].shape) return {};
  Shape out = flat ? Shape(std::vector<Dim>(1)) : *context.inputs[0].shape;
  EW_ASSIGN(const std::size_t axis, normalizedAxis(context.node.attributes.getInt("axis", 0), out.rank()));
  out[axis] = Dim();
  context.outputs[0].shape = std::move(out);
  return {};
}

Status compute(ComputeContext& context) {
  EW_ASSIGN(const Slices slices, slicesOf(context));
  EW_ASSIGN(auto groups, groupsOf(slices));
  if (context.node.attributes.getInt("sorted", 1) == 0)
    std::sort(groups.begin(), groups.end(), [](const auto& a, const auto& b) { return a.front() < b.front(); });
  std::vector<std::int64_t> first, inverse(static_cast<std::size_t>(slices.count)), counts;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    first.push_back(groups[g].front());
    counts.push_back(static_cast<std::int64_t>(groups[g].size()));
    for (const std::int64_t position : groups[g]) inverse[static_cast<std::size_t>(position)] = static_cast<std::int64_t>(g);
  }
  EW_ASSIGN(context.outputs[0], firstSlices(slices, groups));
  if (context.wants(1)) context.outputs[1] = Tensor::vector(first);
  if (context.wants(2)) context.outputs[2] = Tensor::vector(inverse);
  if (context.wants(3)) context.outputs[3] = Tensor::vector(counts);
  return {};
}

}  // namespace

OpDef uniqueOp() { return {.name = "Unique", .sinceVersion = 11, .infer = infer, .compute = compute}; }

}  // namespace ew::ops
