// SPDX-License-Identifier: Apache-2.0
#include "core/transform/quantize/plan.h"

#include <algorithm>

namespace ew::transform {

QuantizationPlanner::QuantizationPlanner(const Graph& graph, const QuantizeOptions& options, const CalibrationResult* calibration,
                                         std::map<std::string, LayerPrecision> layers)
    : graph_(graph), options_(options), calibration_(calibration), layers_(std::move(layers)) {
  for (const Node& node : graph.nodes()) captured_.insert(node.captures.begin(), node.captures.end());
}

QuantizationPlan QuantizationPlanner::run() {
  for (const Node& node : graph_.nodes()) visit(node);
  findAnswers();
  return std::move(plan_);
}

/// From the model's outputs back through everything without weights, up to the layers whose results rank the answers.
void QuantizationPlanner::findAnswers() {
  std::vector<ValueId> open = graph_.outputs();
  while (!open.empty()) {
    const ValueId id = open.back();
    open.pop_back();
    if (!isFloatActivation(id) || !plan_.answers.insert(id).second) continue;
    const Node* producer = graph_.node(graph_.producer(id));
    if (producer == nullptr || !analysis::weightsOf(graph_, *producer).empty()) continue;
    const auto activations = std::count_if(producer->inputs.begin(), producer->inputs.end(), [&](ValueId in) { return isFloatActivation(in); });
    if (activations == 1 || producer->opType == "Concat") open.insert(open.end(), producer->inputs.begin(), producer->inputs.end());
  }
}

bool QuantizationPlanner::activationsToo(const Node& node) const {
  const auto rule = layers_.find(displayName(graph_, node));
  return options_.activations != "none" && (rule == layers_.end() || rule->second.activations == options_.activations);
}

bool QuantizationPlanner::isExcluded(const Node& node) const {
  const auto rule = layers_.find(displayName(graph_, node));
  return rule != layers_.end() && rule->second.weights == "float";
}

bool QuantizationPlanner::isFloatActivation(ValueId id) const {
  return id != kNone && graph_.value(id).dtype == DType::f32 && analysis::constantOf(graph_, id) == nullptr;
}

std::optional<Reason> QuantizationPlanner::obstacle(ValueId id) const {
  if (id == kNone || isQuantized(id)) return std::nullopt;
  const Value& value = graph_.value(id);
  if (value.dtype != DType::f32) return Reason{ReasonCode::TypeNotSupported, std::string(dtypeName(value.dtype))};
  // A model output keeps its name by exchanging it, which a subgraph that names the value would not survive.
  if (graph_.isOutput(id) && (captured_.contains(id) || graph_.isInput(id))) return Reason{ReasonCode::Subgraph, value.name};
  if (calibration_ == nullptr || !calibration_->histograms.contains(value.name)) return Reason{ReasonCode::NoCalibration, value.name};
  return std::nullopt;
}

const Node* QuantizationPlanner::activationBehind(const Node& node) const {
  const ValueId out = node.output(0);
  const std::vector<NodeId> readers = graph_.consumers(out);
  if (readers.size() != 1 || graph_.isOutput(out)) return nullptr;
  const Node& next = *graph_.node(readers.front());
  const bool constantBounds = std::all_of(next.inputs.begin() + std::min<std::ptrdiff_t>(1, std::ssize(next.inputs)), next.inputs.end(),
                                          [&](ValueId id) { return id == kNone || analysis::constantOf(graph_, id) != nullptr; });
  const bool clamps = next.opType == "Relu" || (next.opType == "Clip" && constantBounds);
  return clamps && !isExcluded(next) && next.input(0) == out ? &next : nullptr;
}

ValueId QuantizationPlanner::outputOf(const Node& node) const {
  const Node* activation = activationBehind(node);
  return activation != nullptr ? activation->output(0) : node.output(0);
}

void QuantizationPlanner::quantizeOutput(const Node& node) {
  if (const Node* activation = activationBehind(node)) absorbed_.insert(activation->id);
  quantize(outputOf(node));
}

void QuantizationPlanner::visit(const Node& node) {
  const std::span<const QuantizationRule> rules = quantizationRules();
  const auto rule = std::find_if(rules.begin(), rules.end(), [&](const QuantizationRule& each) { return each.op == node.opType; });
  const bool known = rule != rules.end() && (node.domain.empty() || node.domain == "ai.onnx");
  if (absorbed_.contains(node.id)) {
    plan_.verdicts.push_back(done(graph_, node, "quantized", "inside the layer before it"));
    return;
  }
  std::optional<Reason> reason;
  if (isExcluded(node)) reason = Reason{ReasonCode::ExcludedByRecipe, {}};
  else if (known) reason = rule->apply(*this, node);
  else if (isFloatActivation(node.output(0))) reason = Reason{ReasonCode::NoIntegerForm, node.opType};
  else return;
  if (known && rule->movesData && reason) return;
  if (reason) plan_.verdicts.push_back(kept(graph_, node, *reason));
  else if (!known || !rule->movesData) plan_.verdicts.push_back(done(graph_, node, "quantized", "activations " + options_.activations));
}

}  // namespace ew::transform
