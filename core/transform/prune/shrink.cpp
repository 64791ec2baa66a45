// SPDX-License-Identifier: Apache-2.0
#include <cstring>

#include "core/transform/prune/select.h"

namespace ew::transform {
namespace {

/// The slices of a tensor at `positions` along an axis.
Result<Tensor> takeAlong(const Tensor& tensor, std::size_t axis, const std::vector<std::size_t>& positions) {
  Dims dims = tensor.dims();
  std::size_t outer = 1, inner = 1;
  for (std::size_t i = 0; i < dims.size(); ++i) (i < axis ? outer : inner) *= i == axis ? 1 : static_cast<std::size_t>(dims[i]);
  const auto before = static_cast<std::size_t>(dims[axis]);
  dims[axis] = std::ssize(positions);
  EW_ASSIGN(Tensor out, Tensor::create(tensor.dtype(), dims));
  const std::span<std::byte> to = out.mutableBytes();
  std::size_t next = 0;
  for (std::size_t o = 0; o < outer; ++o) {
    for (const std::size_t position : positions) {
      const std::size_t from = (o * before + position) * inner;
      if (isSubByte(tensor.dtype())) {
        for (std::size_t i = 0; i < inner; ++i)
          setSubByte(to, tensor.dtype(), static_cast<std::int64_t>(next + i), subByteAt(tensor, static_cast<std::int64_t>(from + i)));
      } else {
        const auto width = static_cast<std::size_t>(dtypeBits(tensor.dtype())) / 8;
        std::memcpy(to.data() + next * width, tensor.bytes().data() + from * width, inner * width);
      }
      next += inner;
    }
  }
  return out;
}

Status applyFix(GraphEdit& edit, const CountFix& fix, std::int64_t count) {
  if (fix.kind == CountFix::Kind::Group) {
    edit.mutableNode(fix.node).attributes.set("group", count);
    return {};
  }
  const ValueId old = edit.graph().node(fix.node)->input(fix.input);
  const Tensor& operand = *edit.graph().initializer(old);
  EW_ASSIGN(const std::vector<std::int64_t> ints, toInts(operand));
  std::vector<double> entries(ints.begin(), ints.end());
  entries[fix.entry] = static_cast<double>(count);
  EW_ASSIGN(Tensor changed, tensorFromDoubles(operand.dtype(), operand.dims(), entries));
  // Others may read the same shape operand for values that keep their extents.
  const ValueId made = edit.addInitializer(edit.freshValueName(edit.graph().value(old).name), std::move(changed));
  edit.mutableNode(fix.node).inputs[fix.input] = made;
  return {};
}

}  // namespace

Status shrink(GraphEdit& edit, const ChannelGraph& channels, const Selection& selection) {
  for (const ConstantSlice& slice : channels.slices()) {
    std::vector<std::size_t> positions;
    for (std::size_t i = 0; i < slice.channels->size(); ++i)
      if (!selection.isRemoved(channels, (*slice.channels)[i])) positions.push_back(i);
    if (positions.size() == slice.channels->size()) continue;
    EW_ASSIGN(Tensor smaller, takeAlong(*edit.graph().initializer(slice.value), slice.axis, positions));
    edit.setInitializer(slice.value, std::move(smaller));
  }
  for (const CountFix& fix : channels.fixes()) {
    const std::int64_t count = selection.remaining(channels, fix.channels);
    if (count != std::ssize(*fix.channels)) EW_TRY(applyFix(edit, fix, count));
  }
  for (std::size_t id = 0; id < channels.graph.valueCount(); ++id) {
    const Track* track = channels.track(static_cast<ValueId>(id));
    if (track == nullptr) continue;
    auto& shape = edit.mutableValue(static_cast<ValueId>(id)).shape;
    if (shape && track->axis < shape->rank()) (*shape)[track->axis] = Dim(selection.remaining(channels, track->channels));
  }
  return {};
}

}  // namespace ew::transform
