// SPDX-License-Identifier: Apache-2.0
#include "accel/vulkan/kernels/common.h"
#include "core/ops/pool.h"

namespace ew::vulkan {
namespace {

/// A pooling as rows and columns; a global one sees each plane as one row.
struct Pooling {
  std::int64_t planes = 0;
  ops::Window rows{.in = 1, .out = 1}, columns{.in = 1, .out = 1};

  std::int64_t outputs() const { return planes * rows.out * columns.out; }
};

Result<Pooling> poolingOf(const Node& node, const Dims& x) {
  if (x.size() > 4) return unsupported("three spatial axes");
  EW_ASSIGN(const ops::PoolShape shape, ops::poolShape(node, x));
  Pooling out;
  out.planes = shape.planes;
  out.columns = shape.windows.back();
  if (shape.windows.size() == 2) out.rows = shape.windows.front();
  return out;
}

Result<Pooling> globalPoolingOf(const Node&, const Dims& x) {
  EW_ASSIGN(const ops::PoolShape shape, ops::globalPoolShape(x));
  Pooling out;
  out.planes = shape.planes;
  out.columns.in = out.columns.kernel = shape.inPlane();
  return out;
}

struct ByteScaling {
  std::int32_t xZero = 0, yZero = 0;
  ByteRange range;
};

Words parameters(const Pooling& p, const ByteScaling& scaling) {
  Words push;
  push.u(p.outputs()).u(p.rows.in).u(p.columns.in).u(p.rows.out).u(p.columns.out).u(p.rows.kernel).u(p.columns.kernel);
  push.u(p.rows.stride).u(p.columns.stride).u(p.rows.dilation).u(p.columns.dilation);
  push.u(p.rows.padBegin).u(p.columns.padBegin).u(p.rows.padEnd).u(p.columns.padEnd);
  return push.u(scaling.xZero).u(scaling.yZero).u(scaling.range.low).u(scaling.range.high);
}

bool includesPad(const Node& node) { return node.attributes.getInt("count_include_pad", 0) != 0; }

void addFloat(Builder& builder, const Node& node, const Pooling& pooling, bool average) {
  Dispatch dispatch;
  dispatch.shader = ShaderId::Pool;
  dispatch.constants = {average ? 1U : 0U, average && includesPad(node) ? 1U : 0U, 0U};
  dispatch.push = parameters(pooling, {});
  dispatch.slots = {builder.read(node.input(0)), noSlot, noSlot, noSlot, builder.write(node.output(0))};
  dispatch.groups = Builder::flat(pooling.outputs());
  builder.add(std::move(dispatch));
}

Status addByteAverage(Builder& builder, const Node& node, const Pooling& pooling, bool includePad) {
  const ops::ComputeContext operands = constantOperands(builder, node);
  const DType type = builder.dtype(node.output(0));
  EW_ASSIGN(const ops::QuantParameters x, ops::quantParameters(operands, 1, 2, builder.dtype(node.input(0))));
  EW_ASSIGN(const ops::QuantParameters y, ops::quantParameters(operands, 3, 4, type));
  EW_ASSIGN(const bool fixed, ops::usesFixedPoint(node));
  Words factors;
  for (std::int64_t count = 0; count <= pooling.rows.kernel * pooling.columns.kernel; ++count) {
    EW_ASSIGN(const Requant requant, requantFor(x.scale() / (y.scale() * static_cast<float>(std::max<std::int64_t>(count, 1))), fixed));
    factors.u(requant.factor).u(requant.shift);
  }
  Dispatch dispatch;
  dispatch.shader = ShaderId::QPool;
  dispatch.constants = {1U, includePad ? 1U : 0U, fixed ? 1U : 0U};
  dispatch.push = parameters(pooling, {x.zeroPoint(), y.zeroPoint(), rangeOf(type)});
  dispatch.slots = {builder.read(node.input(0)), builder.table(factors.all()), noSlot, noSlot, builder.write(node.output(0))};
  dispatch.groups = Builder::flat(pooling.outputs());
  builder.add(std::move(dispatch));
  return {};
}

MaybeReason refusalOfShape(const Graph& graph, const Node& node, Result<Pooling> (*pooling)(const Node&, const Dims&)) {
  const Dims x = dimsOf(graph, node.input(0));
  if (x.size() < 2) return Reason{ReasonCode::RankNotSupported, std::to_string(x.size())};
  const Result<Pooling> shape = pooling(node, x);
  // The table of factors has an entry for each number of taps.
  if (shape.ok() && shape->rows.kernel * shape->columns.kernel > (std::int64_t{1} << 20)) return Reason{ReasonCode::TooLarge, "window"};
  return refusedBy(shape);
}

MaybeReason refusalOfByteAverage(const Graph& graph, const Node& node) {
  if (node.attributes.getInt("channels_last", 0) != 0) return Reason{ReasonCode::AttributeNotSupported, "channels_last"};
  return first({needsBytes(graph, node, {0}), needsConstants(graph, node, {1, 2, 3, 4}), refusedBy(ops::usesFixedPoint(node))});
}

}  // namespace

MaybeReason refusalOfAveragePool(const Graph& graph, const Node& node) {
  return first({needsFloat(graph, node, {0}), refusalOfShape(graph, node, poolingOf)});
}

Status buildAveragePool(Builder& builder, const Group& group) {
  EW_ASSIGN(const Pooling pooling, poolingOf(*group.anchor, builder.dims(group.anchor->input(0))));
  addFloat(builder, *group.anchor, pooling, true);
  return {};
}

MaybeReason refusalOfGlobalAveragePool(const Graph& graph, const Node& node) {
  return first({needsFloat(graph, node, {0}), refusalOfShape(graph, node, globalPoolingOf)});
}

Status buildGlobalAveragePool(Builder& builder, const Group& group) {
  EW_ASSIGN(const Pooling pooling, globalPoolingOf(*group.anchor, builder.dims(group.anchor->input(0))));
  addFloat(builder, *group.anchor, pooling, true);
  return {};
}

Status buildGlobalMaxPool(Builder& builder, const Group& group) {
  EW_ASSIGN(const Pooling pooling, globalPoolingOf(*group.anchor, builder.dims(group.anchor->input(0))));
  addFloat(builder, *group.anchor, pooling, false);
  return {};
}

MaybeReason refusalOfMaxPool(const Graph& graph, const Node& node) {
  if (node.output(1) != kNone) return Reason{ReasonCode::AttributeNotSupported, "output Indices"};
  if (isByte(dtypeOf(graph, node.input(0)))) return refusalOfShape(graph, node, poolingOf);
  return first({needsFloat(graph, node, {0}), refusalOfShape(graph, node, poolingOf)});
}

Status buildMaxPool(Builder& builder, const Group& group) {
  const Node& node = *group.anchor;
  const DType type = builder.dtype(node.input(0));
  EW_ASSIGN(const Pooling pooling, poolingOf(node, builder.dims(node.input(0))));
  addFloat(builder, node, pooling, false);
  if (!isByte(type)) return {};
  Dispatch& dispatch = builder.program().dispatches.back();
  dispatch.shader = ShaderId::QPool;
  dispatch.push = parameters(pooling, {0, 0, rangeOf(type)});
  return {};
}

MaybeReason refusalOfQLinearAveragePool(const Graph& graph, const Node& node) {
  return first({refusalOfByteAverage(graph, node), refusalOfShape(graph, node, poolingOf)});
}

Status buildQLinearAveragePool(Builder& builder, const Group& group) {
  EW_ASSIGN(const Pooling pooling, poolingOf(*group.anchor, builder.dims(group.anchor->input(0))));
  return addByteAverage(builder, *group.anchor, pooling, includesPad(*group.anchor));
}

MaybeReason refusalOfQLinearGlobalAveragePool(const Graph& graph, const Node& node) {
  return first({refusalOfByteAverage(graph, node), refusalOfShape(graph, node, globalPoolingOf)});
}

Status buildQLinearGlobalAveragePool(Builder& builder, const Group& group) {
  EW_ASSIGN(const Pooling pooling, globalPoolingOf(*group.anchor, builder.dims(group.anchor->input(0))));
  return addByteAverage(builder, *group.anchor, pooling, false);
}

}  // namespace ew::vulkan
