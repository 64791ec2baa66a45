// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "core/ops/domains.h"
#include "core/run/lowering/byte_functions.h"
#include "core/run/lowering/decide.h"
#include "core/run/lowering/known_branches.h"
#include "core/run/lowering/known_values.h"
#include "core/run/lowering/matcher.h"
#include "core/run/lowering/movement_rules.h"
#include "core/run/lowering/patterns.h"
#include "core/run/plan.h"

namespace ew {
namespace {

using namespace lowering;

constexpr std::int64_t newestOpset = 24;  ///< that a pattern asks for

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
    Rule{"Expand", lowerMovement},
    Rule{"Tile", lowerMovement},
    Rule{"Pad", lowerPad},
    Rule{"Resize", lowerResize},
    Rule{"Upsample", lowerResize},
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

/// Patterns become operators where the backend takes the operator in that form.
void fusePatterns(GraphEdit& edit, const Graph& facts, const CompileOptions& options, const Takes& takes) {
  const std::string domain(ops::executionDomain);
  const auto mayHide = [&](ValueId id) { return !options.observe.contains(id); };
  std::vector<Fusion> fusions = findFusions({edit.graph(), facts}, mayHide, [](const Fusion&) { return true; });
  if (fusions.empty()) return;
  GraphEdit trial(edit.graph());
  trial.mutableInfo().opsets[domain] = newestOpset;
  for (const Fusion& fusion : fusions) applyFusion(trial, fusion, domain);
  std::erase_if(fusions, [&](const Fusion& fusion) { return !takes(trial.graph(), *trial.graph().node(fusion.nodes.back())); });
  edit.mutableInfo().opsets[domain] = newestOpset;
  for (const Fusion& fusion : fusions) applyFusion(edit, fusion, domain);
  edit.refresh();
}

}  // namespace

Result<Graph> lower(const Graph& inferred, const CompileOptions& options, const Takes& takes, std::vector<Decision>* decisions) {
  GraphEdit edit(inferred);
  EW_ASSIGN(ops::Inference facts, inferFromInputs(edit.graph()));
  EW_TRY(useKnownValues(edit, facts, options));
  while (inlineKnownBranches(edit, [](const Node&, bool) {})) {
    EW_ASSIGN(facts, inferFromInputs(edit.graph()));
    EW_TRY(useKnownValues(edit, facts, options));
  }
  if (!options.observeAll) fusePatterns(edit, facts.graph, options, takes);
  EW_ASSIGN(const Graph joined, std::move(edit).apply());
  return lowerQuantized(joined, options, decisions);
}

Result<Graph> lowerQuantized(const Graph& inferred, const CompileOptions& options, std::vector<Decision>* decisions) {
  const bool hasQuantized = std::any_of(inferred.nodes().begin(), inferred.nodes().end(), [](const Node& node) {
    return node.opType == "QuantizeLinear" || node.opType.starts_with("QLinear") || node.opType == "QLookup";
  });
  if (!hasQuantized) return inferred;
  GraphEdit edit(inferred);
  quantizeBeforeMoving(edit, options);
  const Graph ready = edit.graph();  // what the rules match in, while they change the edit
  Matcher matcher(ready, edit, options);
  std::vector<Decision> made;
  for (const Node& node : ready.nodes()) {
    if (matcher.taken(node.id)) continue;
    const auto rule = std::find_if(rules.begin(), rules.end(), [&](const Rule& r) { return r.opType == node.opType; });
    if (rule == rules.end() || !node.domain.empty() || keepFloat(matcher, node, made)) continue;
    (void)rule->apply(matcher, node);
  }
  edit.mutableInfo().opsets.try_emplace("com.microsoft", 1);
  edit.mutableInfo().opsets.try_emplace("edgewright", 1);
  dropUnreadDequantize(edit, options);
  edit.refresh();
  joinByteFunctions(edit, options);
  explainFloats(edit.graph(), rules, made);
  if (decisions != nullptr) *decisions = std::move(made);
  return std::move(edit).apply();
}

}  // namespace ew
