// SPDX-License-Identifier: Apache-2.0
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <limits>
#include <map>

#include "core/base/file.h"
#include "core/base/mapped_file.h"
#include "core/base/text.h"
#include "core/onnx/attribute_proto.h"
#include "core/onnx/data_file_names.h"
#include "core/onnx/graph_values.h"
#include "core/onnx/model_info.h"
#include "core/onnx/onnx_file.h"
#include "core/onnx/parse.h"
#include "core/onnx/subgraph_proto.h"
#include "core/tensor/blocks.h"

namespace ew::onnx {
namespace {

constexpr auto fileLimit = static_cast<std::uint64_t>(std::numeric_limits<std::int32_t>::max());

/// Leftovers of attributes by name, taken out of the kept partial NodeProto.
std::map<std::string, pb::AttributeProto> takeAttributeRests(pb::NodeProto& node) {
  std::map<std::string, pb::AttributeProto> rests;
  for (pb::AttributeProto& rest : *node.mutable_attribute()) rests[rest.name()].Swap(&rest);
  node.clear_attribute();
  return rests;
}

Status writeNode(const Graph& graph, const Node& node, TensorWriter& tensors, pb::NodeProto& proto) {
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
    EW_TRY(attributeToProto(name, value, tensors, attribute));
  }
  return writeSubgraphs(graph, node, writeNode, tensors, proto);
}

/// A model ready to be written: everything but the weights.
struct Draft {
  TensorWriter tensors;
  std::string message;
};

Error tooLarge(std::uint64_t bytes) {
  return limitReached("the model would have " + std::to_string(bytes) + " bytes, the limit of an ONNX file is " +
                      std::to_string(fileLimit));
}

Result<Draft> draftOf(const Graph& graph, TensorWriter tensors) {
  pb::ModelProto model;
  EW_TRY(infoToProto(graph, model));
  pb::GraphProto& proto = *model.mutable_graph();
  Draft draft{std::move(tensors), {}};
  for (const Node& node : graph.nodes()) {
    EW_TRY_AT(writeNode(graph, node, draft.tensors, *proto.add_node()), "node " + inQuotes(displayName(graph, node)));
  }
  writeValues(graph, graph.inputs().size(), draft.tensors, proto);
  if (model.ByteSizeLong() > fileLimit) return tooLarge(model.ByteSizeLong() + draft.tensors.inlineBytes());
  google::protobuf::io::StringOutputStream sink(&draft.message);
  google::protobuf::io::CodedOutputStream stream(&sink);
  stream.SetSerializationDeterministic(true);
  model.SerializePartialToCodedStream(&stream);
  stream.Trim();
  return draft;
}

PayloadWriter writerOf(const Draft& draft) {
  return {std::as_bytes(std::span(draft.message)), draft.tensors.payloads()};
}

/// The bytes of one file of external data, with zeros between tensors.
Status writeData(const TensorWriter::DataFile& data, AtomicFile& file) {
  std::uint64_t at = 0;
  for (const TensorWriter::Placed& placed : data.tensors) {
    EW_TRY(file.write(std::string(static_cast<std::size_t>(placed.offset - at), '\0')));
    EW_TRY(forEachBlock(placed.tensor, [&](std::span<const std::byte> block) { return file.write(block); }));
    at = placed.offset + placed.tensor.byteSize();
  }
  return {};
}

}  // namespace

Result<std::string> exportBytes(const Graph& graph) {
  EW_ASSIGN(const Draft draft, draftOf(graph, TensorWriter()));
  const PayloadWriter writer = writerOf(draft);
  if (writer.size() > fileLimit) return tooLarge(writer.size());
  std::string bytes;
  bytes.reserve(static_cast<std::size_t>(writer.size()));
  EW_TRY(writer.write([&](std::span<const std::byte> part) {
    bytes.append(reinterpret_cast<const char*>(part.data()), part.size());
    return Status();
  }));
  EW_TRY(checkMappedFiles());
  return bytes;
}

Result<std::vector<std::filesystem::path>> exportModel(const Graph& graph, const std::filesystem::path& path,
                                                       const ExportOptions& options) {
  const std::string place = path.string();
  DataFileNames names(path);
  const auto naming = [&names](const std::string& before) { return names.nameFor(before); };
  using Mode = TensorWriter::Mode;
  EW_ASSIGN_AT(Draft draft, draftOf(graph, TensorWriter(options.inlineWeights ? Mode::Inline : Mode::AsImported, naming)), place);
  if (writerOf(draft).size() > options.modelBytes) {
    EW_ASSIGN_AT(draft, draftOf(graph, TensorWriter(Mode::AllExternal, naming)), place);
  }
  const PayloadWriter writer = writerOf(draft);
  if (writer.size() > fileLimit) return tooLarge(writer.size()).at(place);

  std::vector<AtomicFile> files;  // the model first
  EW_ASSIGN(AtomicFile model, AtomicFile::create(path));
  files.push_back(std::move(model));
  for (const auto& [location, data] : draft.tensors.files()) {
    EW_ASSIGN(AtomicFile file, createDataFile(path.parent_path(), location));
    EW_TRY(writeData(data, file));
    files.push_back(std::move(file));
  }
  EW_TRY(writer.write([&](std::span<const std::byte> part) { return files[0].write(part); }));
  EW_TRY(checkMappedFiles());
  // All are complete on disk before the first appears under its name.
  std::vector<std::filesystem::path> written;
  for (const AtomicFile& file : files) written.push_back(file.path());
  for (std::size_t i = files.size(); i-- > 0;) EW_TRY(files[i].commit());
  return written;
}

}  // namespace ew::onnx
