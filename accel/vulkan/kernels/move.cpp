// SPDX-License-Identifier: Apache-2.0
// Operators that only move elements: views, and move.comp.
#include <algorithm>

#include "accel/vulkan/kernels/common.h"
#include "core/ops/attributes.h"
#include "core/ops/axis_walk.h"

namespace ew::vulkan {

MaybeReason refusalOfIndexed(const Graph& graph, const Node& node);
Status buildIndexed(Builder& builder, const Group& group);

namespace {

constexpr std::size_t mostAxes = 6;

/// Where each element of an output comes from (shaders/move.comp).
struct Moving {
  Dims extents;         ///< of the output
  Dims strides;         ///< in the input, one for each axis of the output
  Dims begin, box;      ///< the part of the output that is moved
  std::optional<std::uint32_t> fill;  ///< of the rest; nothing: it stays

  void add(std::int64_t extent, std::int64_t stride, std::int64_t from, std::int64_t length) {
    extents.push_back(extent);
    strides.push_back(stride);
    begin.push_back(from);
    box.push_back(length);
  }
  /// An axis that is moved whole; joined to the one before where both make one run.
  void addWhole(std::int64_t extent, std::int64_t stride) {
    if (extent == 1) return;
    if (!extents.empty() && begin.back() == 0 && box.back() == extents.back() && strides.back() == stride * extent) {
      extents.back() *= extent;
      box.back() *= extent;
      strides.back() = stride;
    } else {
      add(extent, stride, 0, extent);
    }
  }
};

void addMove(Builder& builder, const Moving& moving, SlotId x, SlotId y, SlotId table = noSlot, std::int32_t lowest = 0) {
  const std::int64_t count = elementCount(moving.extents);
  Dispatch dispatch;
  dispatch.shader = ShaderId::Move;
  dispatch.constants = {static_cast<std::uint32_t>(moving.extents.size()), moving.fill ? 1U : 0U, table != noSlot ? 1U : 0U};
  dispatch.push.list(moving.extents, mostAxes).list(moving.strides, mostAxes).list(moving.begin, mostAxes).list(moving.box, mostAxes);
  dispatch.push.u(count).u(0).u(moving.fill.value_or(0)).u(lowest);
  dispatch.slots = {x, table, noSlot, noSlot, y};
  dispatch.groups = Builder::flat(count);
  builder.add(std::move(dispatch));
}

Result<Moving> transposition(const Node& node, const Dims& x) {
  std::vector<std::int64_t> perm = node.attributes.getInts("perm");
  if (perm.empty())
    for (std::size_t i = x.size(); i-- > 0;) perm.push_back(static_cast<std::int64_t>(i));
  EW_ASSIGN(const std::vector<std::size_t> axes, ops::normalizedAxes(perm, x.size(), "perm"));
  if (axes.size() != x.size()) return invalid("perm does not name every axis");
  const Dims strides = stridesOf(x);
  Moving out;
  for (const std::size_t axis : axes) out.addWhole(x[axis], strides[axis]);
  if (out.extents.size() > mostAxes) return unsupported("more than 6 axes");
  return out;
}

/// The elements that Pad adds in front of each axis; behind follows from the shapes.
Result<Dims> padsInFront(const Graph& graph, const Node& node, std::size_t rank) {
  std::vector<std::int64_t> pads = node.attributes.getInts(node.attributes.has("paddings") ? "paddings" : "pads");
  if (const Tensor* tensor = graph.initializer(node.input(1))) {
    EW_ASSIGN(pads, toInts(*tensor));
  }
  std::vector<std::int64_t> named;
  if (const Tensor* tensor = graph.initializer(node.input(3))) {
    EW_ASSIGN(named, toInts(*tensor));
  } else {
    for (std::size_t i = 0; i < rank; ++i) named.push_back(static_cast<std::int64_t>(i));
  }
  EW_ASSIGN(const std::vector<std::size_t> axes, ops::normalizedAxes(named, rank));
  if (pads.size() != 2 * axes.size()) return invalid("pads does not have two entries an axis");
  Dims out(rank, 0);
  for (std::size_t i = 0; i < axes.size(); ++i) out[axes[i]] = pads[i];
  return out;
}

/// Whether Pad repeats elements of the input instead of one value.
bool repeats(const Node& node) { return node.attributes.getString("mode", "constant") != "constant"; }

Result<std::uint32_t> padWord(const Graph& graph, const Node& node, DType type) {
  Tensor value = Tensor::zeros(type, {});
  if (const Tensor* operand = graph.initializer(node.input(2))) {
    if (operand->dtype() != type || operand->size() != 1) return invalid("constant_value must be one " + std::string(dtypeName(type)));
    value = *operand;
  } else if (type == DType::f32) {
    value.mutableData<float>()[0] = node.attributes.getFloat("value", 0);
  }
  return toDevice(value)[0];
}

/// Parts side by side: each is moved to its place, the rest stays.
Moving partOf(const Dims& whole, const Dims& part, std::size_t axis, std::int64_t at) {
  const ops::AxisSplit to = ops::splitAround(whole, axis, axis + 1), from = ops::splitAround(part, axis, axis + 1);
  Moving out;
  out.add(to.outer, from.length * from.inner, 0, to.outer);
  out.add(to.length * to.inner, 1, at * to.inner, from.length * from.inner);
  return out;
}

MaybeReason refusalOfJoinedTypes(const Graph& graph, const Node& node) {
  for (const ValueId id : node.inputs)
    if (dtypeOf(graph, id) != dtypeOf(graph, node.output(0))) return Reason{ReasonCode::TypeNotSupported, std::string(dtypeName(dtypeOf(graph, id)))};
  return std::nullopt;
}

}  // namespace

MaybeReason refusalOfView(const Graph& graph, const Node& node) {
  if (node.output(1) != kNone) return Reason{ReasonCode::AttributeNotSupported, "output mask"};
  if (node.opType == "Dropout" && node.input(2) != kNone) return Reason{ReasonCode::AttributeNotSupported, "training_mode"};
  if (elementCount(dimsOf(graph, node.input(0))) != elementCount(dimsOf(graph, node.output(0))))
    return Reason{ReasonCode::AttributeNotSupported, "shapes that do not fit"};
  return std::nullopt;
}

Status buildView(Builder& builder, const Group& group) {
  builder.alias(group.anchor->output(0), group.anchor->input(0));
  return {};
}

MaybeReason refusalOfTranspose(const Graph& graph, const Node& node) { return refusedBy(transposition(node, dimsOf(graph, node.input(0)))); }

Status buildTranspose(Builder& builder, const Group& group) {
  const Node& node = *group.anchor;
  EW_ASSIGN(const Moving moving, transposition(node, builder.dims(node.input(0))));
  addMove(builder, moving, builder.read(node.input(0)), builder.write(node.output(0)));
  return {};
}

MaybeReason refusalOfPad(const Graph& graph, const Node& node) {
  if (repeats(node)) return refusalOfIndexed(graph, node);
  const Dims x = dimsOf(graph, node.input(0));
  if (x.size() > mostAxes) return Reason{ReasonCode::RankNotSupported, std::to_string(x.size())};
  return first({needsConstants(graph, node, {1, 2, 3}), refusedBy(padsInFront(graph, node, x.size())), refusedBy(padWord(graph, node, dtypeOf(graph, node.input(0))))});
}

Status buildPad(Builder& builder, const Group& group) {
  const Node& node = *group.anchor;
  if (repeats(node)) return buildIndexed(builder, group);
  const Dims x = builder.dims(node.input(0)), y = builder.dims(node.output(0)), strides = stridesOf(x);
  EW_ASSIGN(const Dims front, padsInFront(builder.graph(), node, x.size()));
  Moving moving;
  EW_ASSIGN(moving.fill, padWord(builder.graph(), node, builder.dtype(node.input(0))));
  for (std::size_t i = 0; i < x.size(); ++i) moving.add(y[i], strides[i], front[i], x[i]);
  addMove(builder, moving, builder.read(node.input(0)), builder.write(node.output(0)));
  return {};
}

MaybeReason refusalOfConcat(const Graph& graph, const Node& node) {
  return first({refusalOfJoinedTypes(graph, node), refusedBy(ops::normalizedAxis(node.attributes.getInt("axis", 1), dimsOf(graph, node.output(0)).size()))});
}

Status buildConcat(Builder& builder, const Group& group) {
  const Node& node = *group.anchor;
  const Dims whole = builder.dims(node.output(0));
  EW_ASSIGN(const std::size_t axis, ops::normalizedAxis(node.attributes.getInt("axis", 1), whole.size()));
  const SlotId y = builder.write(node.output(0));
  std::int64_t at = 0;
  for (const ValueId id : node.inputs) {
    const Dims part = builder.dims(id);
    addMove(builder, partOf(whole, part, axis, at), builder.read(id), y);
    at += part[axis];
  }
  return {};
}

// Inputs: Y_scale, Y_zero_point, then X, X_scale, X_zero_point of each part.
MaybeReason refusalOfQLinearConcat(const Graph& graph, const Node& node) {
  if (node.inputs.size() % 3 != 2) return Reason{ReasonCode::AttributeNotSupported, "inputs that are not whole groups"};
  if (const MaybeReason reason = needsConstants(graph, node, {0, 1})) return reason;
  for (std::size_t i = 2; i < node.inputs.size(); i += 3)
    if (const MaybeReason reason = first({needsBytes(graph, node, {i}), needsConstants(graph, node, {i + 1, i + 2})})) return reason;
  return first({refusedBy(ops::usesFixedPoint(node)), refusedBy(ops::normalizedAxis(node.attributes.getInt("axis", 0), dimsOf(graph, node.output(0)).size()))});
}

Status buildQLinearConcat(Builder& builder, const Group& group) {
  const Node& node = *group.anchor;
  const ops::ComputeContext operands = constantOperands(builder, node);
  const DType type = builder.dtype(node.output(0));
  const Dims whole = builder.dims(node.output(0));
  EW_ASSIGN(const std::size_t axis, ops::normalizedAxis(node.attributes.getInt("axis", 0), whole.size()));
  EW_ASSIGN(const ops::QuantParameters yScaling, ops::quantParameters(operands, 0, 1, type));
  EW_ASSIGN(const bool fixed, ops::usesFixedPoint(node));
  const SlotId y = builder.write(node.output(0));
  std::int64_t at = 0;
  for (std::size_t i = 2; i < node.inputs.size(); i += 3) {
    const DType partType = builder.dtype(node.input(i));
    EW_ASSIGN(const ops::QuantParameters x, ops::quantParameters(operands, i + 1, i + 2, partType));
    EW_ASSIGN(const ops::Requantizer requantizer, ops::requantizerFor(x.scale() / yScaling.scale(), yScaling.zeroPoint(), fixed));
    const ByteRange range = rangeOf(partType);
    Words table;
    for (std::int32_t value = range.low; value <= range.high; ++value) {
      const std::int32_t centred = value - x.zeroPoint();
      table.u(type == DType::i8 ? requantizer.apply<std::int8_t>(centred) : requantizer.apply<std::uint8_t>(centred));
    }
    const Dims part = builder.dims(node.input(i));
    addMove(builder, partOf(whole, part, axis, at), builder.read(node.input(i)), y, builder.table(table.all()), range.low);
    at += part[axis];
  }
  return {};
}

}  // namespace ew::vulkan
