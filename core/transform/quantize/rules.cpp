// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "core/transform/quantize/plan.h"

namespace ew::transform {
namespace {

using Why = std::optional<Reason>;

Why staysFloat(const std::string& detail) { return Reason{ReasonCode::NotQuantized, detail}; }

/// Two activations, or an activation and a constant: worth it when integers already arrive.
Why planBinary(QuantizationPlanner& planner, const Node& node) {
  if (!planner.activationsToo(node)) return Reason{ReasonCode::NoWeights, {}};
  if (node.inputs.size() != 2 || !planner.isFloatActivation(node.output(0))) return Reason{ReasonCode::TypeNotSupported, {}};
  if (!planner.isQuantized(node.input(0)) && !planner.isQuantized(node.input(1))) return staysFloat("its operands are floats");
  for (const ValueId id : node.inputs)
    if (planner.isFloatActivation(id))
      if (Why why = planner.obstacle(id)) return why;
  if (Why why = planner.obstacle(planner.outputOf(node))) return why;
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    if (planner.isFloatActivation(node.inputs[i])) planner.quantize(node.inputs[i]);
    else planner.quantizeConstant(node, i);
  }
  planner.quantizeOutput(node);
  return std::nullopt;
}

Why planWeighted(QuantizationPlanner& planner, const Node& node) {
  const std::vector<analysis::WeightRef> weights = analysis::weightsOf(planner.graph(), node);
  if (weights.empty()) return node.opType == "MatMul" ? planBinary(planner, node) : Why(Reason{ReasonCode::WeightsNotConstant, {}});
  const analysis::WeightRef& weight = weights.front();
  if (weight.quantization) return Reason{ReasonCode::AlreadyQuantized, {}};
  if (weight.stored->dtype() != DType::f32) return Reason{ReasonCode::TypeNotSupported, std::string(dtypeName(weight.stored->dtype()))};
  if (weight.stored->size() == 0) return Reason{ReasonCode::TooSmall, {}};
  if (!planner.activationsToo(node)) {
    planner.quantizeWeight({node.id, weight, kNone});
    return std::nullopt;
  }
  const ValueId x = node.input(weight.input == 0 ? 1 : 0);
  if (!planner.isFloatActivation(x)) return Reason{ReasonCode::TypeNotSupported, "a constant input"};
  if (Why why = planner.obstacle(x)) return why;
  if (Why why = planner.obstacle(planner.outputOf(node))) return why;
  planner.quantizeWeight({node.id, weight, x});
  planner.quantize(x);
  planner.quantizeOutput(node);
  return std::nullopt;
}

/// One activation in, one out with a range of its own.
Why planUnary(QuantizationPlanner& planner, const Node& node) {
  if (!planner.activationsToo(node)) return Reason{ReasonCode::NoWeights, {}};
  if (!planner.isQuantized(node.input(0))) return staysFloat("its operand is a float");
  if (Why why = planner.obstacle(node.output(0))) return why;
  planner.quantize(node.output(0));
  return std::nullopt;
}

Why planPool(QuantizationPlanner& planner, const Node& node) {
  if (!planner.activationsToo(node)) return Reason{ReasonCode::NoWeights, {}};
  if (!planner.isQuantized(node.input(0))) return staysFloat("its operand is a float");
  if (Why why = planner.obstacle(planner.outputOf(node))) return why;
  planner.quantizeOutput(node);
  return std::nullopt;
}

Why planConcat(QuantizationPlanner& planner, const Node& node) {
  if (!planner.activationsToo(node)) return Reason{ReasonCode::NoWeights, {}};
  if (!std::all_of(node.inputs.begin(), node.inputs.end(), [&](ValueId id) { return planner.isQuantized(id); }))
    return staysFloat("an operand is a float");
  return planPool(planner, node);
}

/// Elements are chosen or moved, not changed: the results take the operand's scale.
Why planMovement(QuantizationPlanner& planner, const Node& node) {
  const Graph& graph = planner.graph();
  const ValueId in = node.input(0);
  if (!planner.isQuantized(in)) return staysFloat("its operand is a float");
  for (std::size_t i = 1; node.opType == "MaxPool" && i < node.outputs.size(); ++i)
    if (node.outputs[i] != kNone && !graph.consumers(node.outputs[i]).empty()) return staysFloat("its indices are used");
  for (const ValueId out : node.outputs)
    if (out != kNone && (!planner.isFloatActivation(out) || (graph.isOutput(out) && planner.obstacle(out) && planner.obstacle(out)->code == ReasonCode::Subgraph)))
      return Reason{ReasonCode::TypeNotSupported, {}};
  for (const ValueId out : node.outputs)
    if (out != kNone) planner.quantizeLike(out, in);
  return std::nullopt;
}

/// Padding with something else than zero may lie outside the operand's range.
Why planPad(QuantizationPlanner& planner, const Node& node) {
  const bool constantMode = node.attributes.getString("mode", "constant") == "constant";
  if (constantMode && node.input(2) != kNone) {
    const Tensor* value = analysis::constantOf(planner.graph(), node.input(2));
    if (value == nullptr || value->dtype() != DType::f32 || value->size() != 1 || value->data<float>()[0] != 0)
      return staysFloat("it pads with other values than zero");
  }
  return planMovement(planner, node);
}

}  // namespace

std::span<const QuantizationRule> quantizationRules() {
  static constexpr std::array table{
      QuantizationRule{"Add", planBinary},
      QuantizationRule{"AveragePool", planPool},
      QuantizationRule{"Clip", planUnary},
      QuantizationRule{"Concat", planConcat},
      QuantizationRule{"Conv", planWeighted},
      QuantizationRule{"ConvTranspose", planWeighted},
      QuantizationRule{"DepthToSpace", planMovement, true},
      QuantizationRule{"Dropout", planMovement, true},
      QuantizationRule{"Elu", planUnary},
      QuantizationRule{"Expand", planMovement, true},
      QuantizationRule{"Flatten", planMovement, true},
      QuantizationRule{"Gather", planMovement, true},
      QuantizationRule{"Gelu", planUnary},
      QuantizationRule{"Gemm", planWeighted},
      QuantizationRule{"GlobalAveragePool", planPool},
      QuantizationRule{"HardSigmoid", planUnary},
      QuantizationRule{"HardSwish", planUnary},
      QuantizationRule{"Identity", planMovement, true},
      QuantizationRule{"LeakyRelu", planUnary},
      QuantizationRule{"MatMul", planWeighted},
      QuantizationRule{"MaxPool", planMovement, true},
      QuantizationRule{"Mish", planUnary},
      QuantizationRule{"Mul", planBinary},
      QuantizationRule{"Pad", planPad, true},
      QuantizationRule{"ReduceMean", planPool},
      QuantizationRule{"Relu", planUnary},
      QuantizationRule{"Reshape", planMovement, true},
      QuantizationRule{"Resize", planMovement, true},
      QuantizationRule{"Selu", planUnary},
      QuantizationRule{"Sigmoid", planUnary},
      QuantizationRule{"Slice", planMovement, true},
      QuantizationRule{"Softplus", planUnary},
      QuantizationRule{"SpaceToDepth", planMovement, true},
      QuantizationRule{"Split", planMovement, true},
      QuantizationRule{"Squeeze", planMovement, true},
      QuantizationRule{"Swish", planUnary},
      QuantizationRule{"Tanh", planUnary},
      QuantizationRule{"Tile", planMovement, true},
      QuantizationRule{"Transpose", planMovement, true},
      QuantizationRule{"Unsqueeze", planMovement, true},
  };
  return table;
}

}  // namespace ew::transform
