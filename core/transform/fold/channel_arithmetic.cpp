// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "core/transform/fold/affine.h"

namespace ew::transform {
namespace {

/// The constant as one number a channel of an output of `rank` dimensions; nothing when it varies otherwise.
std::optional<std::vector<double>> perChannel(const Tensor& tensor, std::size_t rank, std::int64_t channels) {
  if (!isFloat(tensor.dtype()) || tensor.rank() > rank) return std::nullopt;
  for (std::size_t axis = 0; axis < tensor.rank(); ++axis) {
    const std::size_t aligned = axis + rank - tensor.rank();
    const std::int64_t extent = tensor.dim(axis);
    if (extent != 1 && (aligned != 1 || extent != channels)) return std::nullopt;
  }
  Result<std::vector<double>> values = toDoubles(tensor);
  if (!values.ok() || values->empty()) return std::nullopt;
  if (values->size() == 1) return std::vector<double>(static_cast<std::size_t>(channels), values->front());
  return std::move(values).value();
}

/// y = x op constant as an affine map of x.
std::optional<ChannelAffine> affineOf(const std::string& op, const std::vector<double>& constant) {
  ChannelAffine map{std::vector<double>(constant.size(), 1.0), std::vector<double>(constant.size(), 0.0)};
  for (std::size_t c = 0; c < constant.size(); ++c) {
    if (op == "Add") map.offset[c] = constant[c];
    else if (op == "Sub") map.offset[c] = -constant[c];
    else if (op == "Mul") map.factor[c] = constant[c];
    else map.factor[c] = 1.0 / constant[c];
    if (!std::isfinite(map.factor[c]) || !std::isfinite(map.offset[c])) return std::nullopt;
  }
  return map;
}

}  // namespace

Result<bool> foldChannelArithmetic(FoldContext& context, const Node& node) {
  const Graph& graph = context.graph();
  const std::string op = node.opType;
  const bool commutes = op == "Add" || op == "Mul";
  if (!node.domain.empty() || node.inputs.size() != 2 || (!commutes && op != "Sub" && op != "Div")) return false;
  for (std::size_t x = 0; x < (commutes ? 2U : 1U); ++x) {
    const Tensor* constant = graph.initializer(node.input(1 - x));
    const Node* before = context.privateProducer(node.input(x), node.id);
    if (constant == nullptr || before == nullptr) continue;
    const AffineTarget target = affineTarget(graph, *before);
    const auto& shape = graph.value(before->output(0)).shape;
    if (!target || !shape || shape->rank() < 2) continue;
    const auto values = perChannel(*constant, shape->rank(), target.channels);
    const auto map = values ? affineOf(op, *values) : std::nullopt;
    if (!map) continue;
    const NodeId first = before->id;
    const std::string into = displayName(graph, *before);
    EW_TRY(absorbAffine(context.edit, first, *map));
    context.absorb(first, *context.graph().node(node.id), "into " + into);
    return true;
  }
  return false;
}

}  // namespace ew::transform
