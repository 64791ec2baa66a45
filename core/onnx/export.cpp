// SPDX-License-Identifier: Apache-2.0
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <limits>
#include <set>

#include "core/base/file.h"
#include "core/base/text.h"
#include "core/onnx/attribute_proto.h"
#include "core/onnx/model_info.h"
#include "core/onnx/onnx_file.h"
#include "core/onnx/parse.h"
#include "core/onnx/subgraph_proto.h"
#include "core/onnx/tensor_proto.h"
#include "core/onnx/value_info.h"

namespace ew::onnx {
namespace {

/// Leftovers of attributes by name, taken out of the kept partial NodeProto.
std::map<std::string, pb::AttributeProto> takeAttributeRests(pb::NodeProto& node) {
  std::map<std::string, pb::AttributeProto> rests;
  for (pb::AttributeProto& rest : *node.mutable_attribute()) rests[rest.name()].Swap(&rest);
  node.clear_attribute();
  return rests;
}

Status writeNode(const Graph& graph, const Node& node, pb::NodeProto& proto) {
  if (!parseMessage(proto, node.unknownFields)) return internalError("kept fields are malformed");
  std::map<std::string, pb::AttributeProto> rests = takeAttributeRests(proto);
  const auto nameOf = [&](ValueId id) { return id == kNone ? std::string() : graph.value(id).name; };
  for (const ValueId id : node.inputs) proto.add_input(nameOf(id));
  for (const ValueId id : node.outputs) proto.add_output(nameOf(id));
  if (!node.name.empty()) proto.set_name(node.name);
  proto.set_op_type(node.opType);
  if (!node.domain.empty()) proto.set_domain(node.domain);
  if (!node.docString.empty()) proto.set_doc_string(node.docString);
  for (const auto& [name, value] : node.attributes.all()) {
    pb::AttributeProto& attribute = *proto.add_attribute();
    if (const auto rest = rests.find(name); rest != rests.end() && !std::holds_alternative<OpaqueAttribute>(value)) {
      // A tensor's name is no use to an attribute that has become something else.
      if (!std::holds_alternative<Tensor>(value)) rest->second.clear_t();
      attribute.Swap(&rest->second);
    }
    EW_TRY(attributeToProto(name, value, attribute));
  }
  return writeSubgraphs(graph, node, writeNode, proto);
}

void writeValues(const Graph& graph, pb::GraphProto& proto) {
  std::set<ValueId> listed;
  for (const ValueId id : graph.inputs()) {
    valueToInfo(graph.value(id), *proto.add_input());
    listed.insert(id);
  }
  for (const ValueId id : graph.initializerInputs()) {
    valueToInfo(graph.value(id), *proto.add_input());
    listed.insert(id);
  }
  for (const ValueId id : graph.outputs()) {
    valueToInfo(graph.value(id), *proto.add_output());
    listed.insert(id);
  }
  for (const auto& [id, tensor] : graph.initializers()) {
    pb::TensorProto& initializer = *proto.add_initializer();
    initializer.set_name(graph.value(id).name);
    tensorToProto(tensor, initializer);
    restoreTensorRest(graph.value(id), initializer);
    listed.insert(id);
  }
  for (std::size_t i = 0; i < graph.valueCount(); ++i) {
    const Value& value = graph.value(static_cast<ValueId>(i));
    const bool says =
        value.dtype != DType::none || value.shape || !value.opaqueType.empty() || !value.docString.empty();
    if (value.id == kNone || !says || listed.contains(value.id)) continue;
    valueToInfo(value, *proto.add_value_info());
  }
}

}  // namespace

Result<std::string> exportBytes(const Graph& graph) {
  pb::ModelProto model;
  EW_TRY(infoToProto(graph, model));
  pb::GraphProto& proto = *model.mutable_graph();
  for (const Node& node : graph.nodes()) {
    EW_TRY_AT(writeNode(graph, node, *proto.add_node()), "node " + inQuotes(displayName(graph, node)));
  }
  std::size_t constants = 0;
  for (const auto& [id, tensor] : graph.initializers()) constants += tensor.byteSize();
  constexpr auto limit = static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max());
  const auto tooLarge = [&](std::size_t bytes) {
    return limitReached("the model would have " + std::to_string(bytes) + " bytes, the limit of an ONNX file is " +
                        std::to_string(limit));
  };
  if (constants > limit) return tooLarge(constants);
  writeValues(graph, proto);
  if (model.ByteSizeLong() > limit) return tooLarge(model.ByteSizeLong());
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream sink(&bytes);
    google::protobuf::io::CodedOutputStream stream(&sink);
    stream.SetSerializationDeterministic(true);
    model.SerializePartialToCodedStream(&stream);
  }
  return bytes;
}

Status exportModel(const Graph& graph, const std::filesystem::path& path) {
  EW_ASSIGN_AT(const std::string bytes, exportBytes(graph), path.string());
  return writeFileAtomically(path, bytes);
}

}  // namespace ew::onnx
