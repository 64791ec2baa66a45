// SPDX-License-Identifier: Apache-2.0
#include "core/transform/quantize/quantize.h"

#include <algorithm>
#include <initializer_list>

#include "core/base/text.h"
#include "core/ops/infer.h"
#include "core/transform/layer_rules.h"
#include "core/transform/quantize/plan.h"
#include "core/transform/quantize/upgrade.h"

namespace ew::transform {
namespace {

Status checkChoice(const std::string& key, const std::string& value, const std::vector<std::string>& choices) {
  if (std::find(choices.begin(), choices.end(), value) != choices.end()) return {};
  return invalid(key + " is " + inQuotes(value) + "; it must be one of " + join(choices, ", "));
}

Status checkOptions(const QuantizeOptions& options, const CalibrationResult* calibration) {
  std::vector<std::string> names;
  for (const Calibrator& calibrator : calibrators()) names.emplace_back(calibrator.name);
  EW_TRY(checkChoice("weights", options.weights, {"int8"}));
  EW_TRY(checkChoice("activations", options.activations, {"uint8", "int8", "none"}));
  EW_TRY(checkChoice("granularity", options.granularity, {"channel", "tensor"}));
  EW_TRY(checkChoice("calibrator", options.calibrator, names));
  for (const auto& [layer, precision] : options.layers) {
    const std::string key = "of layer " + inQuotes(layer);
    EW_TRY(checkChoice("weights " + key, precision.weights, {"int8", "float"}));
    std::vector<std::string> activations{options.activations, "none", "float"};
    if (activations[0] == "none") activations.erase(activations.begin());
    EW_TRY(checkChoice("activations " + key, precision.activations, activations));
  }
  if (options.activations != "none" && calibration == nullptr)
    return invalid("activations " + options.activations + " need calibration data; without data only activations none is possible");
  return {};
}

Status requireFloatGraph(const Graph& graph) {
  for (const Node& node : graph.nodes())
    if (node.opType == "QuantizeLinear" || node.opType == "DequantizeLinear" || node.opType == "DynamicQuantizeLinear" ||
        node.opType.starts_with("QLinear"))
      return invalid("the model is quantized already: it has a " + node.opType + " node " + inQuotes(displayName(graph, node)));
  return {};
}

std::vector<std::string> nodeNames(const Graph& graph) {
  std::vector<std::string> names;
  for (const Node& node : graph.nodes()) names.push_back(displayName(graph, node));
  return names;
}

/// "weights int8 per channel, activations uint8" in place of the planner's short word for layers with weights.
void describeWeights(std::vector<NodeVerdict>& verdicts, const Graph& graph, const QuantizationPlan& plan, const QuantizeOptions& options) {
  std::map<std::string, std::string> texts;
  for (const WeightPlan& weight : plan.weights)
    texts[displayName(graph, *graph.node(weight.node))] = "weights " + options.weights + " per " + options.granularity + ", activations " +
                                                          (weight.activation == kNone ? "float" : options.activations);
  for (NodeVerdict& verdict : verdicts)
    if (const auto text = texts.find(verdict.node); text != texts.end() && verdict.verdict == "quantized") verdict.reason = text->second;
}

}  // namespace

Result<PassResult> quantize(const Graph& graph, const QuantizeOptions& options, const CalibrationResult* calibration,
                            Progress& progress) {
  EW_TRY(checkOptions(options, calibration));
  EW_TRY(requireFloatGraph(graph));
  EW_ASSIGN(ops::Inference inference, ops::inferShapes(graph));
  PassResult result{GraphEdit(std::move(inference.graph)), {}};
  liftConstants(result.edit);
  EW_ASSIGN(const auto layers, resolveLayerRules(options.layers, nodeNames(result.edit.graph())));
  QuantizationPlan plan = QuantizationPlanner(result.edit.graph(), options, calibration, layers).run();
  if (plan.weights.empty() && plan.activations.empty()) {
    result.verdicts = std::move(plan.verdicts);
    return result;
  }
  // Planned again, because the upgrade replaces nodes and constants.
  EW_TRY(upgradeToOpset13(result.edit));
  const Graph floats = result.edit.graph();
  plan = QuantizationPlanner(floats, options, calibration, layers).run();
  if (progress.cancelled()) return cancelledError();
  progress.step(1, 2, "quantizing");
  EW_TRY(insertQuantizers(result.edit, plan, options, calibration));
  result.verdicts = std::move(plan.verdicts);
  describeWeights(result.verdicts, floats, plan, options);
  progress.step(2, 2, "quantizing");
  return result;
}

}  // namespace ew::transform
