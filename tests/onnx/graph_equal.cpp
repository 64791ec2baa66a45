// SPDX-License-Identifier: Apache-2.0
#include "tests/onnx/graph_equal.h"

#include <gtest/gtest.h>
#include <onnx/onnx_pb.h>

#include <map>

namespace ew::test {
namespace {

std::vector<std::string> names(const Graph& graph, const std::vector<ValueId>& ids) {
  std::vector<std::string> out;
  for (const ValueId id : ids) out.push_back(id == kNone ? "" : graph.value(id).name);
  return out;
}

bool sameAttribute(const AttributeValue& a, const AttributeValue& b) {
  if (a.index() != b.index()) return false;
  if (const auto* subgraph = std::get_if<SubgraphPtr>(&a)) {
    const SubgraphPtr& twin = std::get<SubgraphPtr>(b);
    return (*subgraph)->captures == twin->captures && firstDifference((*subgraph)->graph, twin->graph).empty();
  }
  if (const auto* tensor = std::get_if<Tensor>(&a)) return tensor->equals(std::get<Tensor>(b));
  if (const auto* opaque = std::get_if<OpaqueAttribute>(&a)) return opaque->bytes == std::get<OpaqueAttribute>(b).bytes;
  if (const auto* real = std::get_if<float>(&a)) return *real == std::get<float>(b) || (*real != *real);
  if (const auto* number = std::get_if<std::int64_t>(&a)) return *number == std::get<std::int64_t>(b);
  if (const auto* text = std::get_if<std::string>(&a)) return *text == std::get<std::string>(b);
  if (const auto* ints = std::get_if<std::vector<std::int64_t>>(&a))
    return *ints == std::get<std::vector<std::int64_t>>(b);
  if (const auto* floats = std::get_if<std::vector<float>>(&a)) return *floats == std::get<std::vector<float>>(b);
  return std::get<std::vector<std::string>>(a) == std::get<std::vector<std::string>>(b);
}

/// Where external data lay is not compared: a file written in one piece has none.
void dropPlace(::onnx::TensorProto& tensor) {
  tensor.clear_external_data();
  tensor.clear_data_location();
}

std::string restOf(const Value& value) {
  ::onnx::GraphProto rest;
  EXPECT_TRUE(rest.ParsePartialFromString(value.unknownFields));
  for (::onnx::TensorProto& tensor : *rest.mutable_initializer()) dropPlace(tensor);
  if (rest.initializer_size() > 0 && rest.initializer(0).ByteSizeLong() == 0) rest.clear_initializer();
  return rest.SerializePartialAsString();
}

std::string restOf(const Node& node) {
  ::onnx::NodeProto rest;
  EXPECT_TRUE(rest.ParsePartialFromString(node.unknownFields));
  for (::onnx::AttributeProto& attribute : *rest.mutable_attribute())
    if (attribute.has_t()) dropPlace(*attribute.mutable_t());
  return rest.SerializePartialAsString();
}

std::string differs(const Graph& graphA, const Node& a, const Graph& graphB, const Node& b) {
  if (a.name != b.name || a.opType != b.opType || a.domain != b.domain || a.docString != b.docString)
    return "node name";
  if (names(graphA, a.inputs) != names(graphB, b.inputs)) return "inputs of " + a.name;
  if (names(graphA, a.outputs) != names(graphB, b.outputs)) return "outputs of " + a.name;
  if (names(graphA, a.captures) != names(graphB, b.captures)) return "captures of " + a.name;
  if (restOf(a) != restOf(b)) return "unknown fields of " + a.name;
  if (a.attributes.all().size() != b.attributes.all().size()) return "number of attributes of " + a.name;
  for (const auto& [name, value] : a.attributes.all())
    if (!b.attributes.has(name) || !sameAttribute(value, b.attributes.all().at(name)))
      return "attribute " + name + " of " + a.name;
  return {};
}

std::string differs(const ModelInfo& a, const ModelInfo& b) {
  if (a.irVersion != b.irVersion || a.opsets != b.opsets) return "versions";
  if (a.producerName != b.producerName || a.producerVersion != b.producerVersion) return "producer";
  if (a.domain != b.domain || a.docString != b.docString || a.modelVersion != b.modelVersion) return "model texts";
  if (a.graphName != b.graphName || a.graphDocString != b.graphDocString) return "graph texts";
  if (a.metadata != b.metadata || a.functions != b.functions) return "metadata or functions";
  if (a.modelUnknown != b.modelUnknown || a.graphUnknown != b.graphUnknown) return "unknown fields";
  return {};
}

}  // namespace

std::string firstDifference(const Graph& a, const Graph& b) {
  if (std::string text = differs(a.info(), b.info()); !text.empty()) return text;
  if (a.nodes().size() != b.nodes().size()) return "number of nodes";
  for (std::size_t i = 0; i < a.nodes().size(); ++i)
    if (std::string text = differs(a, a.nodes()[i], b, b.nodes()[i]); !text.empty()) return text;
  if (names(a, a.inputs()) != names(b, b.inputs())) return "inputs";
  if (names(a, a.outputs()) != names(b, b.outputs())) return "outputs";
  if (names(a, a.initializerInputs()) != names(b, b.initializerInputs())) return "initializer inputs";
  if (a.initializers().size() != b.initializers().size()) return "number of initializers";
  for (std::size_t i = 0; i < a.valueCount(); ++i) {
    const Value& value = a.value(static_cast<ValueId>(i));
    if (value.id == kNone) continue;
    const ValueId other = b.valueNamed(value.name);
    if (other == kNone) return "value " + value.name;
    const Value& twin = b.value(other);
    if (value.dtype != twin.dtype || value.shape != twin.shape || value.opaqueType != twin.opaqueType)
      return "type of " + value.name;
    if (value.docString != twin.docString || restOf(value) != restOf(twin)) return "texts of " + value.name;
    const Tensor* content = a.initializer(value.id);
    const Tensor* twinContent = b.initializer(other);
    if ((content == nullptr) != (twinContent == nullptr)) return "initializer " + value.name;
    if (content != nullptr && !content->equals(*twinContent)) return "content of " + value.name;
  }
  return {};
}

}  // namespace ew::test
