// SPDX-License-Identifier: Apache-2.0
#include "core/ops/legacy_broadcast.h"

namespace ew::ops {
namespace {

/// How many axes of extent 1 go behind those of the second operand.
Result<std::size_t> trailingAxes(const Node& node, std::size_t rank, std::size_t secondRank) {
  if (node.attributes.getInt("broadcast", 0) == 0 || !node.attributes.has("axis")) return std::size_t{0};
  const std::int64_t named = node.attributes.getInt("axis", 0);
  const auto all = static_cast<std::int64_t>(rank), own = static_cast<std::int64_t>(secondRank);
  const std::int64_t axis = named < 0 && named >= -all ? named + all : named;
  if (axis < 0 || axis > all || axis + own > all)
    return invalid("axis " + std::to_string(named) + " does not place " + std::to_string(own) + " axes among " + std::to_string(all));
  return static_cast<std::size_t>(all - axis - own);
}

}  // namespace

Status alignLegacyOperand(InferContext& context) {
  if (context.opset >= 7 || !context.inputs[0].shape || !context.inputs[1].shape) return {};
  Shape& second = *context.inputs[1].shape;
  EW_ASSIGN(const std::size_t count, trailingAxes(context.node, context.inputs[0].shape->rank(), second.rank()));
  std::vector<Dim> dims = second.dims();
  dims.insert(dims.end(), count, Dim(1));
  second = Shape(std::move(dims));
  return {};
}

Status alignLegacyOperand(ComputeContext& context) {
  if (context.opset >= 7) return {};
  Tensor& second = context.inputs[1];
  EW_ASSIGN(const std::size_t count, trailingAxes(context.node, context.inputs[0].rank(), second.rank()));
  Dims dims = second.dims();
  dims.insert(dims.end(), count, 1);
  second = second.reshaped(std::move(dims));
  return {};
}

}  // namespace ew::ops
