// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "core/transform/fold/affine.h"

namespace ew::transform {
namespace {

struct AlongAxis {
  std::optional<std::size_t> axis;  ///< of the other operand
  std::vector<double> values;
};

/// The constant as one number an entry of one axis of an operand with `rank` dimensions; nothing when it varies otherwise.
std::optional<AlongAxis> alongAxis(const Tensor& tensor, std::size_t rank) {
  if (!isFloat(tensor.dtype()) || tensor.rank() > rank || tensor.size() == 0) return std::nullopt;
  AlongAxis out;
  for (std::size_t i = 0; i < tensor.rank(); ++i) {
    if (tensor.dim(i) == 1) continue;
    if (out.axis) return std::nullopt;
    out.axis = i + rank - tensor.rank();
  }
  Result<std::vector<double>> values = toDoubles(tensor);
  if (!values.ok()) return std::nullopt;
  out.values = std::move(values).value();
  return out;
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

/// One entry for each channel, where there was one for all.
void repeat(ChannelAffine& map, std::int64_t channels) {
  map.factor.resize(static_cast<std::size_t>(channels), map.factor.front());
  map.offset.resize(static_cast<std::size_t>(channels), map.offset.front());
}

}  // namespace

std::optional<AffineNode> affineArithmetic(const FoldContext& context, const Node& node) {
  const std::string& op = node.opType;
  const bool commutes = op == "Add" || op == "Mul";
  if (!node.domain.empty() || node.inputs.size() != 2 || (!commutes && op != "Sub" && op != "Div")) return std::nullopt;
  if (context.graph().opset() < 7) return std::nullopt;  // other rules of broadcasting
  for (std::size_t x = 0; x < (commutes ? 2U : 1U); ++x) {
    const Tensor* constant = context.graph().initializer(node.input(1 - x));
    const auto& shape = context.shapeOf(node.input(x));
    if (constant == nullptr || !shape) continue;
    const auto values = alongAxis(*constant, shape->rank());
    // The result is no larger than x: an extent of 1 is not stretched.
    if (!values || (values->axis && (*shape)[*values->axis] != Dim(std::ssize(values->values)))) continue;
    auto map = affineOf(op, values->values);
    if (map) return AffineNode{node.input(x), values->axis, *std::move(map)};
  }
  return std::nullopt;
}

Result<bool> foldChannelArithmetic(FoldContext& context, const Node& node) {
  std::optional<AffineNode> affine = affineArithmetic(context, node);
  if (!affine) return false;
  const Node* before = context.privateProducer(affine->x, node.id);
  if (before == nullptr) return false;
  const AffineTarget target = affineTarget(context, *before);
  if (!target.takes(affine->map) || (affine->axis && *affine->axis != target.axis)) return false;
  if (!affine->axis) repeat(affine->map, target.channels);
  const NodeId first = before->id;
  const std::string into = displayName(context.graph(), *before);
  EW_TRY(absorbAffine(context.edit, first, affine->map));
  context.absorb(first, *context.graph().node(node.id), "into " + into);
  return true;
}

}  // namespace ew::transform
