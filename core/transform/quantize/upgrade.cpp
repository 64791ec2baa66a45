// SPDX-License-Identifier: Apache-2.0
#include "core/transform/quantize/upgrade.h"

#include <algorithm>
#include <array>
#include <limits>

#include "core/base/text.h"
#include "core/graph/subgraphs.h"

namespace ew::transform {
namespace {

constexpr std::int64_t target = 13;
constexpr std::int64_t oldest = 6;  ///< before it, many operators had another form

ValueId addOperand(GraphEdit& edit, const std::string& name, Tensor tensor) {
  return edit.addInitializer(edit.freshValueName(name), std::move(tensor));
}

void setInput(Node& node, std::size_t index, ValueId id) {
  if (node.inputs.size() <= index) node.inputs.resize(index + 1, kNone);
  node.inputs[index] = id;
}

/// An integer list attribute becomes operand `index`.
Status intsToInput(GraphEdit& edit, NodeId id, const std::string& attribute, std::size_t index) {
  const auto* ints = edit.graph().node(id)->attributes.find<std::vector<std::int64_t>>(attribute);
  if (ints == nullptr) return {};
  const ValueId operand = addOperand(edit, displayName(edit.graph(), *edit.graph().node(id)) + "_" + attribute, Tensor::vector(*ints));
  Node& node = edit.mutableNode(id);
  setInput(node, index, operand);
  node.attributes.remove(attribute);
  return {};
}

/// A float attribute becomes a scalar operand; kept absent when it equals `absent`.
void floatToInput(GraphEdit& edit, NodeId id, const std::string& attribute, std::size_t index, float absent) {
  const float value = edit.graph().node(id)->attributes.getFloat(attribute, absent);
  edit.mutableNode(id).attributes.remove(attribute);
  if (value == absent) return;
  const ValueId operand = addOperand(edit, displayName(edit.graph(), *edit.graph().node(id)) + "_" + attribute, Tensor::scalar(value));
  setInput(edit.mutableNode(id), index, operand);
}

Status axesToInput(GraphEdit& edit, NodeId id) { return intsToInput(edit, id, "axes", 1); }
Status splitToInput(GraphEdit& edit, NodeId id) { return intsToInput(edit, id, "split", 1); }

Status clip(GraphEdit& edit, NodeId id) {
  floatToInput(edit, id, "min", 1, std::numeric_limits<float>::lowest());
  floatToInput(edit, id, "max", 2, std::numeric_limits<float>::max());
  return {};
}

Status pad(GraphEdit& edit, NodeId id) {
  EW_TRY(intsToInput(edit, id, "pads", 1));
  floatToInput(edit, id, "value", 2, 0);
  return {};
}

Status slice(GraphEdit& edit, NodeId id) {
  EW_TRY(intsToInput(edit, id, "starts", 1));
  EW_TRY(intsToInput(edit, id, "ends", 2));
  return intsToInput(edit, id, "axes", 3);
}

Status topK(GraphEdit& edit, NodeId id) {
  const std::int64_t k = edit.graph().node(id)->attributes.getInt("k", 1);
  const ValueId operand = addOperand(edit, displayName(edit.graph(), *edit.graph().node(id)) + "_k", Tensor::vector<std::int64_t>({k}));
  Node& node = edit.mutableNode(id);
  setInput(node, 1, operand);
  node.attributes.remove("k");
  return {};
}

/// Inference leaves Dropout without effect whatever its ratio is.
Status dropout(GraphEdit& edit, NodeId id) {
  edit.mutableNode(id).attributes.remove("ratio");
  return {};
}

Status batchNormalization(GraphEdit& edit, NodeId id) {
  if (edit.graph().node(id)->attributes.getInt("spatial", 1) == 0) return unsupported("batch normalization that is not per channel");
  edit.mutableNode(id).attributes.remove("spatial");
  return {};
}

/// Before opset 7 normalization and dropout said with an attribute that they do not train.
Status inferenceMode(GraphEdit& edit, NodeId id) {
  if (edit.graph().node(id)->attributes.getInt("is_test", 0) == 0) return unsupported("it is in training mode");
  edit.mutableNode(id).attributes.remove("is_test");
  return {};
}

/// Before opset 7 the second operand broadcast when an attribute said so, from an axis on.
Status broadcast(GraphEdit& edit, NodeId id) {
  const Node old = *edit.graph().node(id);
  edit.mutableNode(id).attributes.remove("broadcast");
  edit.mutableNode(id).attributes.remove("axis");
  const std::int64_t written = old.attributes.getInt("axis", -1);
  if (old.attributes.getInt("broadcast", 0) == 0 || !old.attributes.has("axis")) return {};
  const auto &a = edit.graph().value(old.input(0)).shape, &b = edit.graph().value(old.input(1)).shape;
  const Tensor* constant = edit.graph().initializer(old.input(1));
  if (!a || !b) return unsupported("a shape is not known, so that its older broadcasting cannot be kept");
  const std::int64_t axis = written < 0 ? written + static_cast<std::int64_t>(a->rank()) : written;
  const std::int64_t behind = static_cast<std::int64_t>(a->rank()) - axis - static_cast<std::int64_t>(b->rank());
  if (behind == 0) return {};
  if (constant == nullptr || behind < 0) return unsupported("broadcasting from axis " + std::to_string(axis));
  Dims dims = constant->dims();
  dims.insert(dims.end(), static_cast<std::size_t>(behind), 1);
  const ValueId operand = addOperand(edit, edit.graph().value(old.input(1)).name, constant->reshaped(std::move(dims)));
  edit.mutableNode(id).inputs[1] = operand;
  return {};
}

/// The slope was one for all, or one a channel.
Status olderPRelu(GraphEdit& edit, NodeId id) {
  const Node old = *edit.graph().node(id);
  const Tensor* slope = edit.graph().initializer(old.input(1));
  const auto& shape = edit.graph().value(old.input(0)).shape;
  if (slope == nullptr || !shape) return unsupported("its slope or shape is not known");
  if (slope->size() == 1 || shape->rank() < 2) return {};
  Dims dims(shape->rank() - 1, 1);
  dims[0] = slope->size();
  const ValueId operand = addOperand(edit, edit.graph().value(old.input(1)).name, slope->reshaped(std::move(dims)));
  edit.mutableNode(id).inputs[1] = operand;
  return {};
}

Status olderUpsample(GraphEdit&, NodeId) { return unsupported("its scales are in an older form"); }

Status gemm(GraphEdit& edit, NodeId id) {
  edit.mutableNode(id).attributes.remove("broadcast");
  return {};
}

Status scatter(GraphEdit& edit, NodeId id) {
  edit.mutableNode(id).opType = "ScatterElements";
  return {};
}

/// Resize of opset 10 and Upsample sample at x / scale and take the floor.
Status resize(GraphEdit& edit, NodeId id) {
  const ValueId scales = edit.graph().node(id)->input(1);
  const ValueId roi = addOperand(edit, displayName(edit.graph(), *edit.graph().node(id)) + "_roi", Tensor::zeros(DType::f32, {0}));
  Node& node = edit.mutableNode(id);
  node.opType = "Resize";
  node.inputs = {node.input(0), roi, scales};
  node.attributes.set("coordinate_transformation_mode", std::string("asymmetric"));
  node.attributes.set("nearest_mode", std::string("floor"));
  return {};
}

Status upsample(GraphEdit& edit, NodeId id) {
  if (const auto* scales = edit.graph().node(id)->attributes.find<std::vector<float>>("scales")) {
    const ValueId operand = addOperand(edit, displayName(edit.graph(), *edit.graph().node(id)) + "_scales", Tensor::vector(*scales));
    Node& node = edit.mutableNode(id);
    setInput(node, 1, operand);
    node.attributes.remove("scales");
  }
  return resize(edit, id);
}

/// Before opset 13 the axes from `axis` on are one: flatten, normalize the last axis, and restore the shape.
Status softmax(GraphEdit& edit, NodeId id) {
  const Node old = *edit.graph().node(id);
  const auto& shape = edit.graph().value(old.input(0)).shape;
  if (!shape) return unsupported("its shape is not known, so that its older meaning cannot be kept");
  const auto rank = static_cast<std::int64_t>(shape->rank());
  const std::int64_t written = old.attributes.getInt("axis", 1);
  const std::int64_t axis = written < 0 ? written + rank : written;
  const bool onlyAxis = axis == rank - 1 || std::all_of(shape->dims().begin() + std::min(axis + 1, rank), shape->dims().end(),
                                                        [](const Dim& dim) { return dim.extent == 1; });
  if (onlyAxis && axis < rank) {
    edit.mutableNode(id).attributes.set("axis", axis);
    return {};
  }
  const std::string name = edit.graph().value(old.output(0)).name;
  const DType type = edit.graph().value(old.output(0)).dtype;
  const auto make = [&](const char* op, std::vector<ValueId> inputs, ValueId output) {
    Node node;
    node.name = displayName(edit.graph(), old) + "_" + op;
    node.opType = op;
    node.inputs = std::move(inputs);
    node.outputs = {output};
    node.origin = old.origin;
    return node;
  };
  const ValueId flat = edit.addValue(edit.freshValueName(name + "_flat"), type);
  const ValueId normalized = edit.addValue(edit.freshValueName(name + "_normalized"), type);
  const ValueId extents = edit.addValue(edit.freshValueName(name + "_shape"), DType::i64);
  Node flatten = make("Flatten", {old.input(0)}, flat);
  flatten.attributes.set("axis", axis);
  edit.addNode(std::move(flatten));
  edit.addNode(make("Shape", {old.input(0)}, extents));
  edit.addNode(make("Reshape", {normalized, extents}, old.output(0)));
  Node& node = edit.mutableNode(id);
  node.inputs = {flat};
  node.outputs = {normalized};
  node.attributes.set("axis", std::int64_t{1});
  return {};
}

struct Upgrade {
  std::string_view op;
  std::int64_t version;  ///< the operator set that changed it
  Status (*apply)(GraphEdit& edit, NodeId id);
};
constexpr std::array upgrades{
    Upgrade{"Add", 7, broadcast},       Upgrade{"And", 7, broadcast},           Upgrade{"BatchNormalization", 7, inferenceMode},
    Upgrade{"Div", 7, broadcast},       Upgrade{"Dropout", 7, inferenceMode},   Upgrade{"Equal", 7, broadcast},
    Upgrade{"Gemm", 7, gemm},           Upgrade{"Greater", 7, broadcast},       Upgrade{"Less", 7, broadcast},
    Upgrade{"Mul", 7, broadcast},       Upgrade{"Or", 7, broadcast},            Upgrade{"PRelu", 7, olderPRelu},
    Upgrade{"Pow", 7, broadcast},       Upgrade{"Sub", 7, broadcast},           Upgrade{"Upsample", 7, olderUpsample},
    Upgrade{"BatchNormalization", 9, batchNormalization},
    Upgrade{"Clip", 11, clip},          Upgrade{"Dropout", 12, dropout},        Upgrade{"Hardmax", 13, softmax},
    Upgrade{"LogSoftmax", 13, softmax}, Upgrade{"Pad", 11, pad},                Upgrade{"ReduceSum", 13, axesToInput},
    Upgrade{"Resize", 11, resize},      Upgrade{"Scatter", 11, scatter},        Upgrade{"Slice", 10, slice},
    Upgrade{"Softmax", 13, softmax},    Upgrade{"Split", 13, splitToInput},     Upgrade{"Squeeze", 13, axesToInput},
    Upgrade{"TopK", 10, topK},          Upgrade{"Unsqueeze", 13, axesToInput},  Upgrade{"Upsample", 10, upsample},
};

bool hasSubgraph(const Node& node) {
  return hasSubgraphs(node) || std::any_of(node.attributes.all().begin(), node.attributes.all().end(),
                     [](const auto& entry) { return std::holds_alternative<OpaqueAttribute>(entry.second); });
}

}  // namespace

Status upgradeToOpset13(GraphEdit& edit) {
  const std::int64_t version = edit.graph().opset();
  if (version >= target) return {};
  if (version < oldest)
    return unsupported("quantization needs operator set " + std::to_string(target) + "; this model uses " + std::to_string(version) +
                       ", and only " + std::to_string(oldest) + " and later can be upgraded");
  std::vector<NodeId> ids;
  for (const Node& node : edit.graph().nodes()) {
    if (hasSubgraph(node))
      return unsupported("it holds a subgraph of operator set " + std::to_string(version) + ", which quantization would have to upgrade")
          .at("node " + inQuotes(displayName(edit.graph(), node)));
    if (node.domain.empty() || node.domain == "ai.onnx") ids.push_back(node.id);
  }
  for (const NodeId id : ids) {
    const std::string op = edit.graph().node(id)->opType, place = "node " + inQuotes(displayName(edit.graph(), *edit.graph().node(id)));
    // In the order of the table, older changes of an operator first.
    for (const Upgrade& each : upgrades)
      if (each.op == op && version < each.version) EW_TRY_AT(each.apply(edit, id), place);
  }
  edit.mutableInfo().opsets[""] = target;
  edit.mutableInfo().irVersion = std::max<std::int64_t>(edit.graph().info().irVersion, 7);
  edit.refresh();
  return {};
}

}  // namespace ew::transform
