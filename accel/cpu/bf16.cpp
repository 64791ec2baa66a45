// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/bf16.h"

#include <algorithm>

#include "accel/cpu/builder.h"
#include "accel/cpu/kernels/bf16_layers.h"
#include "accel/cpu/post_ops.h"

namespace ew::cpu {
namespace {

bool isWanted(const CompileOptions& options, NodeId node) {
  const auto it = options.layerPrecision.find(node);
  return (it != options.layerPrecision.end() ? it->second : options.floatPrecision) == FloatPrecision::BFloat16;
}

bool isFloatLayer(const Builder& builder, const Node& node) {
  const bool hasKernel = node.domain.empty() && (node.opType == "Conv" || node.opType == "Gemm" || node.opType == "MatMul");
  return hasKernel && node.output(0) != kNone && builder.dtype(node.output(0)) == DType::f32;
}

/// Whether everybody who reads the group's output reads it as an operand that is rounded to bfloat16 anyway, or as the
/// residual of such a layer.
bool staysInside(const Builder& builder, const Group& group, const std::map<NodeId, const Group*>& groupOf, const Bf16Plan& plan) {
  const ValueId value = group.output();
  const CompileOptions& options = builder.options();
  if (options.observeAll || options.observe.contains(value) || builder.graph().isOutput(value)) return false;
  const std::vector<NodeId> readers = builder.graph().consumers(value);
  return !readers.empty() && std::all_of(readers.begin(), readers.end(), [&](NodeId id) {
    const auto reader = groupOf.find(id);
    if (reader == groupOf.end() || !plan.layers.contains(reader->second->anchor->id)) return false;
    const Group& its = *reader->second;
    if (its.anchor->id != id) return residualOf(its) == value;
    return std::count(its.anchor->inputs.begin(), its.anchor->inputs.end(), value) == 1 && its.anchor->input(0) == value;
  });
}

}  // namespace

std::uint64_t bytesSaved(const Builder& builder, const Group& group) {
  const Bf16Plan& plan = builder.bf16();
  if (!plan.layers.contains(group.anchor->id)) return 0;
  constexpr std::uint64_t perElement = 2;
  std::uint64_t saved = perElement * static_cast<std::uint64_t>(builder.constant(group.anchor->input(1))->size());
  for (const ValueId id : {group.anchor->input(0), residualOf(group), group.output()})
    if (id != kNone && plan.values.contains(id)) saved += perElement * static_cast<std::uint64_t>(elementCount(builder.dims(id)));
  return saved;
}

Desc plainBf16(const Dims& dims) { return Desc(dims, DataType::bf16, stridesOf(dims)); }

Bf16Plan planBf16(const Builder& builder, const std::vector<Group>& groups) {
  Bf16Plan plan;
  std::map<NodeId, const Group*> groupOf;
  for (const Group& group : groups) {
    groupOf[group.anchor->id] = &group;
    for (const Node* node : group.fused) groupOf[node->id] = &group;
    if (!isWanted(builder.options(), group.anchor->id) || !isFloatLayer(builder, *group.anchor)) continue;
    const std::optional<std::string> reason = hasBf16() ? bf16Refusal(builder, group) : "this processor has no bfloat16 products";
    if (reason) plan.refused[group.anchor->id] = *reason;
    else plan.layers.insert(group.anchor->id);
  }
  for (const Group& group : groups)
    if (plan.layers.contains(group.anchor->id) && staysInside(builder, group, groupOf, plan)) plan.values.insert(group.output());
  return plan;
}

}  // namespace ew::cpu
