// SPDX-License-Identifier: Apache-2.0
#include "accel/vulkan/kernels/common.h"
#include "core/ops/broadcast.h"

namespace ew::vulkan {
namespace {

constexpr std::size_t mostAxes = 6;

/// Two operands seen with the extents of the result; axes that both walk in one run are joined.
struct Pair {
  Dims extents, a, b;
  std::int64_t count = 1;
};

Result<Pair> pairOf(const Dims& a, const Dims& b) {
  EW_ASSIGN(const Dims dims, ops::broadcastDims(a, b));
  const Dims aStrides = ops::broadcastStrides(a, dims), bStrides = ops::broadcastStrides(b, dims);
  Pair out;
  out.count = elementCount(dims);
  for (std::size_t i = 0; i < dims.size(); ++i) {
    if (dims[i] == 1) continue;
    if (!out.extents.empty() && out.a.back() == aStrides[i] * dims[i] && out.b.back() == bStrides[i] * dims[i]) {
      out.extents.back() *= dims[i];
      out.a.back() = aStrides[i];
      out.b.back() = bStrides[i];
    } else {
      out.extents.push_back(dims[i]);
      out.a.push_back(aStrides[i]);
      out.b.push_back(bStrides[i]);
    }
  }
  if (out.extents.size() > mostAxes) return unsupported("broadcasting over more than 6 axes");
  return out;
}

MaybeReason refusalOfPair(const Graph& graph, const Node& node, std::size_t b) {
  const Result<Pair> pair = pairOf(dimsOf(graph, node.input(0)), dimsOf(graph, node.input(b)));
  if (!pair.ok()) return Reason{ReasonCode::RankNotSupported, pair.error().message};
  return std::nullopt;
}

std::uint32_t functionOf(const Node& node) {
  if (node.opType == "Sub") return 1;
  if (node.opType == "Mul" || node.opType == "QLinearMul") return 2;
  return node.opType == "Div" ? 3 : 0;
}

/// The pair's part of a dispatch.
Result<Dispatch> paired(Builder& builder, const Node& node, std::size_t b) {
  EW_ASSIGN(const Pair pair, pairOf(builder.dims(node.input(0)), builder.dims(node.input(b))));
  Dispatch dispatch;
  dispatch.push.list(pair.extents, mostAxes).list(pair.a, mostAxes).list(pair.b, mostAxes).u(pair.count);
  dispatch.constants = {functionOf(node), static_cast<std::uint32_t>(pair.extents.size()), 0U};
  dispatch.slots = {builder.read(node.input(0)), builder.read(node.input(b)), noSlot, noSlot, builder.write(node.output(0))};
  dispatch.groups = Builder::flat(pair.count);
  return dispatch;
}

}  // namespace

MaybeReason refusalOfBinary(const Graph& graph, const Node& node) {
  return first({needsFloat(graph, node, {0, 1}), refusalOfPair(graph, node, 1)});
}

Status buildBinary(Builder& builder, const Group& group) {
  EW_ASSIGN(Dispatch dispatch, paired(builder, *group.anchor, 1));
  dispatch.shader = ShaderId::Binary;
  for (int i = 0; i < 9; ++i) dispatch.push.u(0);
  builder.add(std::move(dispatch));
  return {};
}

MaybeReason refusalOfQLinearBinary(const Graph& graph, const Node& node) {
  return first({needsBytes(graph, node, {0, 3}), needsConstants(graph, node, {1, 2, 4, 5, 6, 7}), refusedBy(ops::usesFixedPoint(node)),
                refusalOfPair(graph, node, 3)});
}

Status buildQLinearBinary(Builder& builder, const Group& group) {
  const Node& node = *group.anchor;
  const ops::ComputeContext operands = constantOperands(builder, node);
  const DType type = builder.dtype(node.output(0));
  EW_ASSIGN(const ops::QuantParameters a, ops::quantParameters(operands, 1, 2, builder.dtype(node.input(0))));
  EW_ASSIGN(const ops::QuantParameters b, ops::quantParameters(operands, 4, 5, builder.dtype(node.input(3))));
  EW_ASSIGN(const ops::QuantParameters c, ops::quantParameters(operands, 6, 7, type));
  EW_ASSIGN(const bool fixed, ops::usesFixedPoint(node));
  Requant left, right;
  if (node.opType == "QLinearMul") {
    EW_ASSIGN(left, requantFor((a.scale() * b.scale()) / c.scale(), fixed));
  } else {
    EW_ASSIGN(left, requantFor(ops::addMultiplier(a.scale(), c.scale()), fixed));
    EW_ASSIGN(right, requantFor(ops::addMultiplier(b.scale(), c.scale()), fixed));
  }
  EW_ASSIGN(Dispatch dispatch, paired(builder, node, 3));
  dispatch.shader = ShaderId::QBinary;
  dispatch.constants[2] = fixed ? 1U : 0U;
  const ByteRange range = rangeOf(type);
  dispatch.push.u(a.zeroPoint()).u(b.zeroPoint()).u(c.zeroPoint()).u(range.low).u(range.high);
  dispatch.push.u(left.factor).u(left.shift).u(right.factor).u(right.shift);
  builder.add(std::move(dispatch));
  return {};
}

}  // namespace ew::vulkan
