// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/weights.h"
#include "core/transform/fold/rule.h"

namespace ew::transform {
namespace {

/// Opset 12 made training an input, before 7 it was the attribute is_test, between them it did not exist.
bool inTraining(const Graph& graph, const Node& node) {
  if (graph.opset() < 7) return node.attributes.getInt("is_test", 0) == 0;
  if (node.input(2) == kNone) return false;
  const Tensor* mode = analysis::constantOf(graph, node.input(2));
  return mode == nullptr || mode->dtype() != DType::boolean || mode->size() != 1 || mode->data<bool>()[0];
}

}  // namespace

Result<bool> foldDropout(FoldContext& context, const Node& node) {
  if (node.opType != "Dropout" || inTraining(context.graph(), node)) return false;
  const ValueId mask = node.output(1);
  if (mask != kNone && (context.graph().isOutput(mask) || !context.graph().consumers(mask).empty())) return false;
  if (!context.canBypass(node.output(0), node.input(0))) return false;
  context.bypass(node, "dropout does nothing at inference");
  return true;
}

}  // namespace ew::transform
