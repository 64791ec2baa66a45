// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/analysis/weights.h"
#include "core/transform/quantize/quantize.h"

namespace ew::transform {

/// A layer whose weights become integers.
struct WeightPlan {
  NodeId node = kNone;
  analysis::WeightRef weight;
  ValueId activation = kNone;  ///< its quantized input, whose scale the bias takes; kNone: weights only
};

/// A constant operand of an element-wise operator that becomes integers of the activation type.
struct ConstantPlan {
  NodeId node = kNone;
  std::size_t input = 0;
};

/// What will be quantized, decided before anything changes.
struct QuantizationPlan {
  std::vector<WeightPlan> weights;
  std::vector<ConstantPlan> constants;
  /// Quantized values, each with the value whose range it takes: itself, or the operand of the data movement that
  /// made it.
  std::map<ValueId, ValueId> activations;
  /// Values that the model's answer is read from: what is clipped there cannot win any more, so that they keep their
  /// whole observed range whatever the calibrator says.
  std::set<ValueId> answers;
  std::vector<NodeVerdict> verdicts;
};

/// Decides node by node, in execution order. The rules below are its vocabulary.
class QuantizationPlanner {
 public:
  QuantizationPlanner(const Graph& graph, const QuantizeOptions& options, const CalibrationResult* calibration,
                      std::map<std::string, LayerPrecision> layers);
  QuantizationPlan run();

  const Graph& graph() const { return graph_; }
  bool activationsToo(const Node& node) const;   ///< false: weights only
  bool isFloatActivation(ValueId id) const;
  bool isQuantized(ValueId id) const { return plan_.activations.contains(id); }
  /// Why a value cannot be quantized; nothing when it can.
  std::optional<Reason> obstacle(ValueId id) const;
  /// The Relu or Clip that alone reads the node's output and runs inside the layer; nullptr when there is none.
  const Node* activationBehind(const Node& node) const;
  /// The node's output behind that activation.
  ValueId outputOf(const Node& node) const;
  /// Quantizes outputOf(node).
  void quantizeOutput(const Node& node);

  void quantize(ValueId id) { plan_.activations.emplace(id, id); }
  void quantizeLike(ValueId id, ValueId source) { plan_.activations.emplace(id, plan_.activations.at(source)); }
  void quantizeWeight(WeightPlan weight) { plan_.weights.push_back(std::move(weight)); }
  void quantizeConstant(const Node& node, std::size_t input) { plan_.constants.push_back({node.id, input}); }

 private:
  void visit(const Node& node);
  bool isExcluded(const Node& node) const;
  void findAnswers();

  const Graph& graph_;
  const QuantizeOptions& options_;
  const CalibrationResult* calibration_;
  std::map<std::string, LayerPrecision> layers_;
  std::set<NodeId> absorbed_;
  std::set<ValueId> captured_;
  QuantizationPlan plan_;
};

/// How an operator is quantized: nothing when it was, else why it stays in float.
struct QuantizationRule {
  std::string_view op;
  std::optional<Reason> (*apply)(QuantizationPlanner& planner, const Node& node);
  bool movesData = false;  ///< staying in float is not worth a word
};
std::span<const QuantizationRule> quantizationRules();  ///< (quantize/rules.cpp)

/// Integers and parameters of a weight: symmetric int8, one scale or one a slice along `axis`.
struct IntegerWeight {
  Tensor integers, scale, zeroPoint;
};
/// `leastScales` (empty, or one a scale) keeps scales large enough for what else must fit, such as a bias.
Result<IntegerWeight> integerWeight(const Tensor& floats, std::optional<std::size_t> axis, const std::vector<float>& leastScales);

/// Rewrites the graph as planned.
Status insertQuantizers(GraphEdit& edit, const QuantizationPlan& plan, const QuantizeOptions& options,
                        const CalibrationResult* calibration);

}  // namespace ew::transform
