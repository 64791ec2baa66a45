// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "core/run/lowering/matcher.h"
#include "core/run/plan.h"

namespace ew {
namespace {

using namespace lowering;

/// Every float operator that has an integer form. The order does not matter: each names its own operator.
constexpr std::array rules{
    Rule{"Conv", lowerConv},
    Rule{"MatMul", lowerMatMul},
    Rule{"Gemm", lowerGemm},
    Rule{"Add", lowerAdd},
    Rule{"Mul", lowerMul},
    Rule{"Concat", lowerConcat},
    Rule{"AveragePool", lowerAveragePool},
    Rule{"GlobalAveragePool", lowerGlobalAveragePool},
    Rule{"ReduceMean", lowerReduceMean},
    Rule{"DequantizeLinear", lowerRequantize},
    Rule{"MaxPool", lowerMovement},
    Rule{"Reshape", lowerMovement},
    Rule{"Flatten", lowerMovement},
    Rule{"Transpose", lowerMovement},
    Rule{"Squeeze", lowerMovement},
    Rule{"Unsqueeze", lowerMovement},
    Rule{"Slice", lowerMovement},
    Rule{"Gather", lowerMovement},
    Rule{"DepthToSpace", lowerMovement},
    Rule{"SpaceToDepth", lowerMovement},
    Rule{"Relu", lowerUnary},
    Rule{"LeakyRelu", lowerUnary},
    Rule{"Clip", lowerUnary},
    Rule{"Elu", lowerUnary},
    Rule{"Selu", lowerUnary},
    Rule{"Celu", lowerUnary},
    Rule{"Gelu", lowerUnary},
    Rule{"Mish", lowerUnary},
    Rule{"Sigmoid", lowerUnary},
    Rule{"HardSigmoid", lowerUnary},
    Rule{"HardSwish", lowerUnary},
    Rule{"Swish", lowerUnary},
    Rule{"Tanh", lowerUnary},
    Rule{"Softplus", lowerUnary},
    Rule{"Softsign", lowerUnary},
    Rule{"ThresholdedRelu", lowerUnary},
    Rule{"Erf", lowerUnary},
    Rule{"Exp", lowerUnary},
    Rule{"Sqrt", lowerUnary},
    Rule{"Reciprocal", lowerUnary},
    Rule{"Abs", lowerUnary},
    Rule{"Neg", lowerUnary},
};

/// DequantizeLinear nodes whose floats nobody reads any more.
void dropUnreadDequantize(GraphEdit& edit, const CompileOptions& options) {
  edit.refresh();
  std::vector<NodeId> unread;
  for (const Node& node : edit.graph().nodes()) {
    if (node.opType != "DequantizeLinear") continue;
    const ValueId out = node.output(0);
    const bool seen = options.observeAll || options.observe.contains(out) || edit.graph().isOutput(out);
    if (!seen && edit.graph().consumers(out).empty()) unread.push_back(node.id);
  }
  edit.removeNodes(unread);
}

}  // namespace

Result<Graph> lowerQuantized(const Graph& inferred, const CompileOptions& options) {
  const bool hasQuantized = std::any_of(inferred.nodes().begin(), inferred.nodes().end(),
                                        [](const Node& node) { return node.opType == "QuantizeLinear"; });
  if (!hasQuantized) return inferred;
  GraphEdit edit(inferred);
  Matcher matcher(inferred, edit, options);
  for (const Node& node : inferred.nodes()) {
    if (matcher.taken(node.id)) continue;
    const auto rule = std::find_if(rules.begin(), rules.end(), [&](const Rule& r) { return r.opType == node.opType; });
    if (rule != rules.end() && node.domain.empty()) (void)rule->apply(matcher, node);
  }
  edit.mutableInfo().opsets.try_emplace("com.microsoft", 1);
  edit.mutableInfo().opsets.try_emplace("edgewright", 1);
  dropUnreadDequantize(edit, options);
  return std::move(edit).apply();
}

}  // namespace ew
