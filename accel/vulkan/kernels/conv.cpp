// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "accel/vulkan/kernels/common.h"
#include "core/ops/convolver.h"

namespace ew::vulkan {
namespace {

/// The one or two spatial axes as rows and columns.
struct Geometry {
  ops::ConvShape shape;
  ops::Window rows{.in = 1, .out = 1}, columns;

  std::int64_t groupFilters() const { return shape.filters / shape.groups; }
  /// Filters that one invocation of conv.comp computes: 16 unless that leaves half a block empty.
  std::int64_t blockFilters() const { return (groupFilters() + 7) / 8 % 2 == 0 ? 16 : 8; }
  std::int64_t blocksPerGroup() const { return (groupFilters() + blockFilters() - 1) / blockFilters(); }
  std::int64_t outPlane() const { return rows.out * columns.out; }
  std::int64_t taps() const { return rows.kernel * columns.kernel; }
  bool depthwise() const { return shape.groupChannels() == 1 && shape.groups > 1; }
};

Result<Geometry> geometryOf(const Node& node, const Dims& x, const Dims& w) {
  Geometry out;
  EW_ASSIGN(out.shape, ops::convShape(node, x, w));
  if (out.shape.windows.size() > 2) return unsupported("three spatial axes");
  out.columns = out.shape.windows.back();
  if (out.shape.windows.size() == 2) out.rows = out.shape.windows.front();
  return out;
}

MaybeReason refusalOfShape(const Graph& graph, const Node& node, std::size_t weights) {
  const Dims x = dimsOf(graph, node.input(0));
  if (x.size() != 3 && x.size() != 4) return Reason{ReasonCode::RankNotSupported, std::to_string(x.size())};
  const Result<Geometry> geometry = geometryOf(node, x, dimsOf(graph, node.input(weights)));
  if (!geometry.ok()) return refusedBy(geometry);
  const std::int64_t planes = geometry->depthwise() ? geometry->shape.filters : geometry->shape.groups * geometry->blocksPerGroup();
  if (planes > mostGroups || geometry->shape.batch > mostGroups || geometry->outPlane() > mostGroups * 64)
    return Reason{ReasonCode::TooLarge, "more groups of invocations than devices take"};
  return std::nullopt;
}

/// [block][tap][channel][filter of the block], zeros where a group has no further filter.
template <class T>
std::vector<std::uint32_t> inBlocks(const Geometry& geometry, std::span<const T> w) {
  const std::int64_t blockFilters = geometry.blockFilters(), channels = geometry.shape.groupChannels(), taps = geometry.taps(), blocks = geometry.shape.groups * geometry.blocksPerGroup();
  std::vector<std::uint32_t> out(static_cast<std::size_t>(blocks * taps * channels * blockFilters), 0);
  for (std::int64_t block = 0; block < blocks; ++block) {
    const std::int64_t group = block / geometry.blocksPerGroup();
    const std::int64_t first = group * geometry.groupFilters() + block % geometry.blocksPerGroup() * blockFilters;
    const std::int64_t count = std::min(blockFilters, (group + 1) * geometry.groupFilters() - first);
    for (std::int64_t i = 0; i < count; ++i)
      for (std::int64_t c = 0; c < channels; ++c)
        for (std::int64_t tap = 0; tap < taps; ++tap)
          out[static_cast<std::size_t>(((block * taps + tap) * channels + c) * blockFilters + i)] =
              std::bit_cast<std::uint32_t>(w[static_cast<std::size_t>(((first + i) * channels + c) * taps + tap)]);
  }
  return out;
}

template <class T>
SlotId weightsSlot(Builder& builder, const Geometry& geometry, std::span<const T> w) {
  if (!geometry.depthwise()) return builder.table(inBlocks(geometry, w));
  std::vector<std::uint32_t> words(w.size());
  std::ranges::transform(w, words.begin(), [](T value) { return std::bit_cast<std::uint32_t>(value); });
  return builder.table(words);
}

/// The push constants but for the last ones, which float and integer layers use differently.
Words parameters(const Geometry& g) {
  Words push;
  push.u(g.shape.channels).u(g.rows.in).u(g.columns.in).u(g.shape.groupChannels()).u(g.groupFilters()).u(g.shape.filters).u(g.blocksPerGroup());
  push.u(g.rows.out).u(g.columns.out).u(g.rows.kernel).u(g.columns.kernel).u(g.rows.stride).u(g.columns.stride);
  push.u(g.rows.dilation).u(g.columns.dilation).u(g.rows.padBegin).u(g.columns.padBegin);
  return push;
}

std::array<std::uint32_t, 3> groupsOf(const Geometry& g) {
  const std::int64_t planes = g.depthwise() ? g.shape.filters : g.shape.groups * g.blocksPerGroup();
  return {static_cast<std::uint32_t>((g.outPlane() + 63) / 64), static_cast<std::uint32_t>(planes), static_cast<std::uint32_t>(g.shape.batch)};
}

/// y = (x * W + b - mean) * gamma / sqrt(variance + epsilon) + beta as a convolution with other weights and bias.
Status foldBatchNorm(const Builder& builder, const Node& node, std::vector<float>& w, std::vector<float>& bias) {
  std::array<std::span<const float>, 4> operand;
  for (std::size_t i = 0; i < operand.size(); ++i) {
    const Tensor& tensor = *builder.constant(node.input(i + 1));
    if (tensor.size() != static_cast<std::int64_t>(bias.size())) return invalid("a parameter of BatchNormalization does not have one value a filter");
    operand[i] = tensor.data<float>();
  }
  const double epsilon = static_cast<double>(node.attributes.getFloat("epsilon", 1e-5F));
  const std::size_t perFilter = w.size() / bias.size();
  for (std::size_t m = 0; m < bias.size(); ++m) {
    const double scale = static_cast<double>(operand[0][m]) / std::sqrt(static_cast<double>(operand[3][m]) + epsilon);
    for (std::size_t k = m * perFilter; k < (m + 1) * perFilter; ++k) w[k] = static_cast<float>(static_cast<double>(w[k]) * scale);
    bias[m] = static_cast<float>((static_cast<double>(bias[m]) - static_cast<double>(operand[2][m])) * scale + static_cast<double>(operand[1][m]));
  }
  return {};
}

}  // namespace

MaybeReason refusalOfConv(const Graph& graph, const Node& node) {
  return first({needsFloat(graph, node, {0, 1, 2}), needsConstants(graph, node, {1, 2}), refusalOfShape(graph, node, 1)});
}

Status buildConv(Builder& builder, const Group& group) {
  const Node& node = *group.anchor;
  EW_ASSIGN(const Geometry geometry, geometryOf(node, builder.dims(node.input(0)), builder.dims(node.input(1))));
  const std::span<const float> stored = builder.constant(node.input(1))->data<float>();
  std::vector<float> w(stored.begin(), stored.end()), bias(static_cast<std::size_t>(geometry.shape.filters), 0.0F);
  if (node.input(2) != kNone) {
    const Tensor& tensor = *builder.constant(node.input(2));
    if (tensor.size() != geometry.shape.filters) return invalid("B does not have one value a filter");
    bias.assign(tensor.data<float>().begin(), tensor.data<float>().end());
  }
  if (group.batchNorm != nullptr) EW_TRY(foldBatchNorm(builder, *group.batchNorm, w, bias));
  Dispatch dispatch;
  dispatch.shader = geometry.depthwise() ? ShaderId::Depthwise : ShaderId::Conv;
  dispatch.constants = {group.activation.number, group.residual != kNone ? 1U : 0U, 0U, static_cast<std::uint32_t>(geometry.blockFilters() / 4)};
  dispatch.push = parameters(geometry).f(group.activation.a).f(group.activation.b).u(0).u(0).u(0).u(0);
  Words biasWords;
  for (const float value : bias) biasWords.f(value);
  dispatch.slots = {builder.read(node.input(0)), weightsSlot<float>(builder, geometry, w), builder.table(biasWords.all()),
                    group.residual != kNone ? builder.read(group.residual) : noSlot, builder.write(group.output())};
  dispatch.groups = groupsOf(geometry);
  builder.add(std::move(dispatch));
  return {};
}

MaybeReason refusalOfQLinearConv(const Graph& graph, const Node& node) {
  return first({needsBytes(graph, node, {0, 3}), needsConstants(graph, node, {1, 2, 3, 4, 5, 6, 7, 8}), refusedBy(ops::usesFixedPoint(node)),
                refusalOfShape(graph, node, 3)});
}

Status buildQLinearConv(Builder& builder, const Group& group) {
  const Node& node = *group.anchor;
  const ops::ComputeContext operands = constantOperands(builder, node);
  const DType type = builder.dtype(node.output(0));
  const Tensor& w = operands.inputs[3];
  EW_ASSIGN(const Geometry geometry, geometryOf(node, builder.dims(node.input(0)), w.dims()));
  EW_ASSIGN(const ops::QuantParameters x, ops::quantParameters(operands, 1, 2, builder.dtype(node.input(0))));
  EW_ASSIGN(const ops::QuantParameters weights, ops::quantParameters(operands, 4, 5, w.dtype(), geometry.shape.filters));
  EW_ASSIGN(const ops::QuantParameters y, ops::quantParameters(operands, 6, 7, type));
  EW_ASSIGN(const bool fixed, ops::usesFixedPoint(node));
  const bool hasBias = operands.has(8);
  if (hasBias && (operands.inputs[8].dtype() != DType::i32 || operands.inputs[8].size() != geometry.shape.filters))
    return invalid("B is not int32 with one value a filter");
  std::vector<std::int32_t> centred;
  for (const std::uint32_t word : toDevice(w)) {
    const std::size_t filter = centred.size() / static_cast<std::size_t>(geometry.shape.groupChannels() * geometry.taps());
    centred.push_back(static_cast<std::int32_t>(word) - weights.zeroPoint(filter));
  }
  Words channels;
  for (std::size_t m = 0; m < static_cast<std::size_t>(geometry.shape.filters); ++m) {
    EW_ASSIGN(const Requant requant, requantFor((x.scale() * weights.scale(m)) / y.scale(), fixed));
    channels.u(hasBias ? operands.inputs[8].data<std::int32_t>()[m] : 0).u(requant.factor).u(requant.shift).u(0);
  }
  const ByteRange range = rangeOf(type);
  Dispatch dispatch;
  dispatch.shader = geometry.depthwise() ? ShaderId::QDepthwise : ShaderId::QConv;
  dispatch.constants = {0U, 0U, fixed ? 1U : 0U, static_cast<std::uint32_t>(geometry.blockFilters() / 4)};
  dispatch.push = parameters(geometry).u(0).u(0).u(x.zeroPoint()).u(y.zeroPoint()).u(range.low).u(range.high);
  dispatch.slots = {builder.read(node.input(0)), weightsSlot<std::int32_t>(builder, geometry, centred), builder.table(channels.all()), noSlot,
                    builder.write(node.output(0))};
  dispatch.groups = groupsOf(geometry);
  builder.add(std::move(dispatch));
  return {};
}

}  // namespace ew::vulkan
