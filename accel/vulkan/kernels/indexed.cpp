// SPDX-License-Identifier: Apache-2.0
// Operators that move elements in any way, by a table of where each comes from. Their reference code makes the table: it
// runs once on the numbers of the elements.
#include <numeric>

#include "accel/vulkan/kernels/common.h"

namespace ew::vulkan {

MaybeReason refusalOfIndexed(const Graph& graph, const Node& node) {
  for (std::size_t i = 1; i < node.inputs.size(); ++i)
    if (const MaybeReason reason = needsConstants(graph, node, {i})) return reason;
  if (dtypeOf(graph, node.input(0)) != dtypeOf(graph, node.output(0))) return Reason{ReasonCode::TypeNotSupported, "input and output of two types"};
  return std::nullopt;
}

/// Resize and Upsample move elements only where they take the nearest one.
MaybeReason refusalOfNearest(const Graph& graph, const Node& node) {
  if (const std::string mode = node.attributes.getString("mode", "nearest"); mode != "nearest") return Reason{ReasonCode::AttributeNotSupported, "mode " + mode};
  if (node.attributes.getString("coordinate_transformation_mode", "") == "tf_crop_and_resize")
    return Reason{ReasonCode::AttributeNotSupported, "tf_crop_and_resize"};
  return refusalOfIndexed(graph, node);
}

Status buildIndexed(Builder& builder, const Group& group) {
  const Node& node = *group.anchor;
  ops::ComputeContext context = constantOperands(builder, node);
  EW_ASSIGN(Tensor numbers, Tensor::create(DType::i32, builder.dims(node.input(0))));
  const std::span<std::int32_t> all = numbers.mutableData<std::int32_t>();
  std::iota(all.begin(), all.end(), 0);
  context.inputs[0] = std::move(numbers);
  EW_TRY(ops::runCompute(*ops::findOp(builder.graph(), node).def, context));
  const SlotId x = builder.read(node.input(0));
  for (std::size_t i = 0; i < node.outputs.size(); ++i) {
    if (node.outputs[i] == kNone) continue;
    const std::int64_t count = elementCount(builder.dims(node.outputs[i]));
    if (context.outputs[i].dtype() != DType::i32 || context.outputs[i].size() != count) return internalError("the table of a move has another size than its result");
    Dispatch dispatch;
    dispatch.shader = ShaderId::Gather;
    dispatch.push.u(count);
    dispatch.slots = {x, builder.table(toDevice(context.outputs[i])), noSlot, noSlot, builder.write(node.outputs[i])};
    dispatch.groups = Builder::flat(count);
    builder.add(std::move(dispatch));
  }
  return {};
}

}  // namespace ew::vulkan
