// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "accel/cpu/kernels/kernels.h"
#include "accel/cpu/kernels/strided.h"
#include "core/ops/attributes.h"

namespace ew::cpu {
namespace {

/// y is every step-th element of x from `starts` on: the same bytes seen through other strides. Whoever needs them
/// together reorders.
void viewPart(Builder& builder, ValueId x, ValueId y, const Dims& starts, const Dims& steps) {
  Placed place = builder.placed(x);
  if (hasBlocks(place.desc)) place = {builder.readPlain(x), plainDesc(builder.dtype(x), builder.dims(x)), false};
  const Dims dims = builder.dims(y);
  const dnnl_dims_t& from = place.desc.data.format_desc.blocking.strides;
  Dims strides;
  std::int64_t offset = 0;
  for (std::size_t i = 0; i < dims.size(); ++i) {
    offset += starts[i] * from[i];
    strides.push_back(from[i] * steps[i]);
  }
  const Desc desc = stridedDesc(dims, place.desc.data_type(), strides);
  builder.writeOver(y, desc, builder.partOf(place.slot, static_cast<std::size_t>(offset) * dnnl::memory::data_type_size(desc.data_type()), desc.get_size()));
}

/// Integers of a constant input, or of the attribute that held them in older opsets; nothing when not constant.
std::optional<Dims> integers(const Builder& builder, const Node& node, std::size_t index, const char* attribute, const Dims& otherwise) {
  if (node.input(index) != kNone) {
    const Tensor* constant = builder.constant(node.input(index));
    const auto values = constant != nullptr ? toInts(*constant) : Result<Dims>(unsupported("not constant"));
    return values.ok() ? std::optional(*values) : std::nullopt;
  }
  return node.attributes.has(attribute) ? node.attributes.getInts(attribute) : otherwise;
}

}  // namespace

Result<bool> addSlice(Builder& builder, const Group& group) {
  const Node& node = *group.anchor;
  const ValueId x = node.input(0), y = node.output(0);
  if (!builder.isStatic(x) || !builder.isStatic(y) || builder.constant(x) != nullptr) return false;
  const Dims dims = builder.dims(x);
  const auto starts = integers(builder, node, 1, "starts", {});
  if (!starts) return false;
  Dims all(starts->size());
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::int64_t>(i);
  const auto axes = integers(builder, node, 3, "axes", all), steps = integers(builder, node, 4, "steps", Dims(starts->size(), 1));
  if (!axes || !steps || axes->size() != starts->size() || steps->size() != starts->size()) return false;
  Dims first(dims.size(), 0), step(dims.size(), 1);
  for (std::size_t i = 0; i < axes->size(); ++i) {
    EW_ASSIGN(const std::size_t axis, ops::normalizedAxis((*axes)[i], dims.size()));
    if ((*steps)[i] < 1) return false;
    const std::int64_t start = (*starts)[i] < 0 ? (*starts)[i] + dims[axis] : (*starts)[i];
    first[axis] = std::clamp<std::int64_t>(start, 0, dims[axis] - 1);  // y is not empty, so this is where it starts
    step[axis] = std::min((*steps)[i], dims[axis]);
  }
  viewPart(builder, x, y, first, step);
  return true;
}

Result<bool> addSplit(Builder& builder, const Group& group) {
  const Node& node = *group.anchor;
  const ValueId x = node.input(0);
  if (!builder.isStatic(x) || builder.constant(x) != nullptr) return false;
  for (const ValueId y : node.outputs)
    if (!builder.isStatic(y)) return false;
  const Dims dims = builder.dims(x);
  EW_ASSIGN(const std::size_t axis, ops::normalizedAxis(node.attributes.getInt("axis", 0), dims.size()));
  std::int64_t total = 0;
  for (const ValueId y : node.outputs) total += builder.dims(y)[axis];
  if (total != dims[axis]) return false;
  Dims first(dims.size(), 0);
  for (const ValueId y : node.outputs) {
    viewPart(builder, x, y, first, Dims(dims.size(), 1));
    first[axis] += builder.dims(y)[axis];
  }
  return true;
}

}  // namespace ew::cpu
