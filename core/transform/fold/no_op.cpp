// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>

#include "core/analysis/weights.h"
#include "core/transform/fold/rule.h"

namespace ew::transform {
namespace {

bool sameType(const FoldContext& context, const Node& node) {
  const DType type = context.typeOf(node.input(0));
  return type != DType::none && type == context.typeOf(node.output(0));
}

bool keepsShape(const FoldContext& context, const Node& node) { return context.sameShape(node.input(0), node.output(0)); }

bool isIdentityPermutation(const FoldContext& context, const Node& node) {
  const std::vector<std::int64_t> perm = node.attributes.getInts("perm");
  if (perm.empty()) {
    const auto& shape = context.shapeOf(node.input(0));
    return shape && shape->rank() < 2;
  }
  return std::is_sorted(perm.begin(), perm.end());
}

/// Squeeze of [N] where N is a symbol would still check that N is 1, so that only plain numbers count.
bool hasUnitSteps(const Graph& graph, const Node& node) {
  if (graph.opset() < 10 || node.input(4) == kNone) return true;
  const Tensor* steps = analysis::constantOf(graph, node.input(4));
  if (steps == nullptr) return false;
  const Result<std::vector<std::int64_t>> values = toInts(*steps);
  return values.ok() && std::all_of(values->begin(), values->end(), [](std::int64_t step) { return step == 1; });
}

bool doesNothing(const FoldContext& context, const Node& node) {
  const Graph& graph = context.graph();
  static constexpr std::array reshapes{std::string_view("Reshape"), std::string_view("Flatten"), std::string_view("Squeeze"),
                                       std::string_view("Unsqueeze"), std::string_view("Expand"), std::string_view("Tile")};
  if (std::find(reshapes.begin(), reshapes.end(), node.opType) != reshapes.end()) return keepsShape(context, node);
  if (node.opType == "Transpose") return isIdentityPermutation(context, node);
  if (node.opType == "Cast" || node.opType == "CastLike") return sameType(context, node);
  // A negative pad could be made up for by another side only when some pad is positive: equal extents can hide both.
  if (node.opType == "Pad") {
    std::vector<std::int64_t> pads = node.attributes.getInts("pads", node.attributes.getInts("paddings"));
    if (const Tensor* tensor = analysis::constantOf(graph, node.input(1)))
      if (Result<std::vector<std::int64_t>> values = toInts(*tensor); values.ok()) pads = std::move(values).value();
    return !pads.empty() && std::all_of(pads.begin(), pads.end(), [](std::int64_t pad) { return pad == 0; });
  }
  if (node.opType == "Slice") return keepsShape(context, node) && hasUnitSteps(graph, node);
  if (node.opType == "Concat" || node.opType == "Sum" || node.opType == "Max" || node.opType == "Min" || node.opType == "Mean")
    return node.inputs.size() == 1;
  return false;
}

/// The operator with which a constant changes nothing, as the second operand or as either.
struct Neutral {
  std::string_view op;
  double constant;
  bool commutes;
};
constexpr std::array neutrals{Neutral{"Add", 0, true}, Neutral{"Sub", 0, false}, Neutral{"Mul", 1, true},
                              Neutral{"Div", 1, false}, Neutral{"Pow", 1, false}};

bool isFilledWith(const Tensor* tensor, double constant) {
  if (tensor == nullptr || tensor->size() == 0) return false;
  const Result<std::vector<double>> values = toDoubles(*tensor);
  return values.ok() && std::all_of(values->begin(), values->end(), [&](double x) { return x == constant; });
}

}  // namespace

Result<bool> foldNoOp(FoldContext& context, const Node& node) {
  if (!node.domain.empty() || node.input(0) == kNone || node.output(0) == kNone) return false;
  if (!doesNothing(context, node) || !context.canBypass(node.output(0), node.input(0))) return false;
  context.bypass(node, "it changes nothing");
  return true;
}

Result<bool> foldNeutralArithmetic(FoldContext& context, const Node& node) {
  const auto rule = std::find_if(neutrals.begin(), neutrals.end(), [&](const Neutral& each) { return each.op == node.opType; });
  if (rule == neutrals.end() || !node.domain.empty() || node.inputs.size() != 2) return false;
  const Graph& graph = context.graph();
  const bool second = isFilledWith(analysis::constantOf(graph, node.input(1)), rule->constant);
  const bool first = !second && rule->commutes && isFilledWith(analysis::constantOf(graph, node.input(0)), rule->constant);
  if (!first && !second) return false;
  const ValueId operand = node.input(second ? 0 : 1);
  if (!context.sameShape(operand, node.output(0)) || !context.canBypass(node.output(0), operand)) return false;
  context.bypassTo(node, operand, "removed", "it changes nothing");
  return true;
}

}  // namespace ew::transform
