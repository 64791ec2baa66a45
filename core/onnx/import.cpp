// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <set>
#include <unordered_map>

#include "core/base/file.h"
#include "core/base/text.h"
#include "core/graph/graph_edit.h"
#include "core/onnx/attribute_proto.h"
#include "core/onnx/model_info.h"
#include "core/onnx/onnx_file.h"
#include "core/onnx/parse.h"
#include "core/onnx/subgraph.h"
#include "core/onnx/tensor_proto.h"
#include "core/onnx/value_info.h"
#include "core/onnx/warnings.h"

namespace ew::onnx {
namespace {

/// Builds the Graph of one model, front to back as the file has it.
class Importer {
 public:
  Importer(pb::ModelProto& model, const std::filesystem::path& folder, const Limits& limits)
      : model_(model), graph_(*model.mutable_graph()), source_{folder, limits} {}

  Result<Imported> run() {
    EW_ASSIGN(edit_.mutableInfo(), infoFromProto(model_, warnings_));
    EW_TRY(checkFunctions(model_));
    EW_TRY(readInputs());
    EW_TRY(readInitializers());
    EW_TRY(readSparseInitializers());
    EW_TRY(defineOutputsOfNodes());
    EW_TRY(readValueInfo());
    for (int i = 0; i < graph_.node_size(); ++i) {
      EW_TRY_AT(readNode(graph_.node(i)), placeOf(graph_.node(i)));
    }
    EW_TRY(readOutputs());
    warnOfUnused();
    Imported out;
    EW_ASSIGN(out.graph, std::move(edit_).apply());
    out.warnings = warnings_.texts();
    return out;
  }

 private:
  /// A new value, or Invalid when the name is empty or taken.
  Result<ValueId> define(const std::string& name, std::string definer) {
    if (name.empty()) return invalid("has no name").at(definer);
    const auto [it, isNew] = values_.emplace(name, static_cast<ValueId>(definers_.size()));
    if (!isNew)
      return invalid(inQuotes(name) + " is defined twice: by " + definers_[static_cast<std::size_t>(it->second)] +
                     " and by " + definer);
    definers_.push_back(std::move(definer));
    return edit_.addValue(name);
  }

  ValueId known(const std::string& name) const {
    const auto it = values_.find(name);
    return it == values_.end() ? kNone : it->second;
  }

  Status applyInfo(const pb::ValueInfoProto& info, ValueId id) {
    Result<bool> clean = valueFromInfo(info, source_.limits, edit_.mutableValue(id));
    if (!clean.ok()) return std::move(clean).error().at("value " + inQuotes(info.name()));
    if (!*clean)
      warnings_.add("negative-extent", "value " + inQuotes(info.name()) + " has a negative extent: read as unknown");
    return {};
  }

  Status readInputs() {
    std::set<std::string> constants;
    for (const pb::TensorProto& tensor : graph_.initializer()) constants.insert(tensor.name());
    for (const pb::SparseTensorProto& tensor : graph_.sparse_initializer()) constants.insert(tensor.values().name());
    for (const pb::ValueInfoProto& info : graph_.input()) {
      const bool isConstant = constants.contains(info.name());
      EW_ASSIGN(const ValueId id, define(info.name(), "a graph input"));
      EW_TRY(applyInfo(info, id));
      (isConstant ? initializerInputs_ : inputs_).push_back(id);
    }
    pendingInputs_.insert(initializerInputs_.begin(), initializerInputs_.end());
    if (!initializerInputs_.empty() && model_.ir_version() >= 4)
      warnings_.add("overridable", std::to_string(initializerInputs_.size()) +
                                       " inputs have a stored default: the default is used as a constant");
    edit_.setInputs(inputs_);
    edit_.setInitializerInputs(initializerInputs_);
    return {};
  }

  /// The value of a constant: new, or the input of that name that waits for its content.
  Result<ValueId> defineConstant(const std::string& name) {
    if (const ValueId id = known(name); id != kNone && pendingInputs_.erase(id) > 0) {
      definers_[static_cast<std::size_t>(id)] = "an initializer";
      return id;
    }
    return define(name, "an initializer");
  }

  void setConstant(ValueId id, Tensor tensor) {
    const Value& value = edit_.graph().value(id);
    const bool agrees = value.dtype == DType::none || value.dtype == tensor.dtype();
    if (!agrees || (value.shape && value.shape->known() && *value.shape != tensor.shape()))
      warnings_.add("initializer-type",
                    "initializer " + inQuotes(value.name) + " differs from the type or shape declared for it");
    edit_.setInitializer(id, std::move(tensor));
  }

  Status readInitializers() {
    for (pb::TensorProto& proto : *graph_.mutable_initializer()) {
      // Takes the content out of the model, so that its memory goes when the tensor has been read.
      pb::TensorProto taken;
      taken.Swap(&proto);
      EW_ASSIGN(const ValueId id, defineConstant(taken.name()));
      EW_ASSIGN_AT(Tensor tensor, tensorFromProto(taken, source_), "initializer " + inQuotes(taken.name()));
      keepTensorRest(taken, edit_.mutableValue(id));
      setConstant(id, std::move(tensor));
    }
    return {};
  }

  Status readSparseInitializers() {
    for (const pb::SparseTensorProto& proto : graph_.sparse_initializer()) {
      const std::string& name = proto.values().name();
      EW_ASSIGN(const ValueId id, defineConstant(name));
      EW_ASSIGN_AT(Tensor tensor, denseFromSparse(proto, source_), "sparse initializer " + inQuotes(name));
      setConstant(id, std::move(tensor));
      warnings_.add("sparse", "sparse initializer " + inQuotes(name) + " is held and written as a dense one");
    }
    return {};
  }

  Status defineOutputsOfNodes() {
    nodes_ = graph_.node_size();
    if (nodes_ > source_.limits.nodes) return tooManyNodes();
    for (const pb::NodeProto& node : graph_.node())
      for (const std::string& name : node.output())
        if (!name.empty()) {
          EW_TRY(define(name, placeOf(node)));
        }
    return {};
  }

  Status readValueInfo() {
    // Of a value declared twice the first declaration counts, as for inputs.
    std::set<ValueId> done(inputs_.begin(), inputs_.end());
    for (const pb::ValueInfoProto& info : graph_.value_info()) {
      const ValueId id = known(info.name());
      if (id == kNone || edit_.graph().initializer(id) != nullptr || !done.insert(id).second) continue;
      EW_TRY(applyInfo(info, id));
    }
    return {};
  }

  Status readNode(const pb::NodeProto& proto) {
    if (proto.op_type().empty()) return invalid("the node names no operator");
    Node node;
    node.name = proto.name();
    node.opType = proto.op_type();
    node.domain = proto.domain() == "ai.onnx" ? "" : proto.domain();
    node.docString = proto.doc_string();
    if (!node.name.empty() && !nodeNames_.insert(node.name).second)
      warnings_.add("node-name", "several nodes are named " + inQuotes(node.name));
    if (!edit_.graph().info().opsets.contains(node.domain))
      warnings_.add("domain " + node.domain, "the model uses operators of domain " +
                                                 inQuotes(node.domain.empty() ? "ai.onnx" : node.domain) +
                                                 " without importing a version of it");
    for (const std::string& name : proto.input()) {
      EW_TRY(addRead(name, node.inputs));
    }
    for (const std::string& name : proto.output()) node.outputs.push_back(name.empty() ? kNone : known(name));
    EW_ASSIGN(const std::vector<std::string> captured, capturedNames(proto, source_.limits, nodes_));
    for (const std::string& name : captured) {
      EW_TRY_AT(addRead(name, node.captures), "a subgraph");
    }
    if (nodes_ > source_.limits.nodes) return tooManyNodes();
    EW_TRY(readAttributes(proto, node));
    for (const ValueId id : node.outputs)
      if (id != kNone) produced_.insert(id);
    edit_.addNode(std::move(node));
    return {};
  }

  Status addRead(const std::string& name, std::vector<ValueId>& to) {
    const ValueId id = name.empty() ? kNone : known(name);
    if (id == kNone && !name.empty())
      return invalid("reads " + inQuotes(name) + ", which no input, initializer or node defines");
    const bool byNode = id != kNone && definers_[static_cast<std::size_t>(id)].starts_with("node ");
    if (byNode && !produced_.contains(id))
      warnings_.add(
          "order", "nodes are not in topological order (" + inQuotes(name) + " is read before it is produced): sorted");
    to.push_back(id);
    return {};
  }

  Status readAttributes(const pb::NodeProto& proto, Node& node) {
    pb::NodeProto rest;
    for (const pb::AttributeProto& attribute : proto.attribute()) {
      const std::string place = "attribute " + inQuotes(attribute.name());
      if (attribute.name().empty()) return invalid("an attribute has no name");
      if (node.attributes.has(attribute.name())) return invalid("given twice").at(place);
      EW_ASSIGN_AT(AttributeValue value, attributeFromProto(attribute, source_), place);
      const bool isOpaque = std::holds_alternative<OpaqueAttribute>(value);
      node.attributes.set(attribute.name(), std::move(value));
      if (isOpaque) continue;
      if (pb::AttributeProto kept = attributeRest(attribute); kept.ByteSizeLong() > 0) {
        kept.set_name(attribute.name());
        *rest.add_attribute() = std::move(kept);
      }
    }
    if (!proto.unknown_fields().empty()) rest.mutable_unknown_fields()->MergeFrom(proto.unknown_fields());
    node.unknownFields = rest.SerializeAsString();
    return {};
  }

  Status readOutputs() {
    std::vector<ValueId> outputs;
    for (const pb::ValueInfoProto& info : graph_.output()) {
      const ValueId id = known(info.name());
      if (info.name().empty()) return invalid("a graph output has no name");
      if (id == kNone) return invalid("graph output " + inQuotes(info.name()) + " is produced by nothing");
      if (std::find(outputs.begin(), outputs.end(), id) != outputs.end())
        warnings_.add("output-twice", "graph output " + inQuotes(info.name()) + " is listed twice");
      const bool typed = edit_.graph().initializer(id) != nullptr || edit_.graph().isInput(id);
      if (!typed) {
        EW_TRY(applyInfo(info, id));
      }
      outputs.push_back(id);
    }
    if (outputs.empty()) warnings_.add("no-output", "the graph has no outputs");
    edit_.setOutputs(std::move(outputs));
    return {};
  }

  void warnOfUnused() {
    std::set<ValueId> used(edit_.graph().outputs().begin(), edit_.graph().outputs().end());
    for (const Node& node : edit_.graph().nodes()) {
      used.insert(node.inputs.begin(), node.inputs.end());
      used.insert(node.captures.begin(), node.captures.end());
    }
    for (const auto& [id, tensor] : edit_.graph().initializers())
      if (!used.contains(id))
        warnings_.add("unused",
                      "initializer " + inQuotes(edit_.graph().value(id).name) + " is used by nothing: left out");
  }

  Error tooManyNodes() const {
    return limitReached("the graph has over " + std::to_string(source_.limits.nodes) + " nodes, the limit");
  }

  pb::ModelProto& model_;
  pb::GraphProto& graph_;
  TensorSource source_;
  Warnings warnings_;
  GraphEdit edit_;
  std::unordered_map<std::string, ValueId> values_;
  std::vector<std::string> definers_;  ///< by value id: who defines it, for messages
  std::vector<ValueId> inputs_, initializerInputs_;
  std::set<ValueId> pendingInputs_;  ///< inputs whose initializer has not been read yet
  std::set<ValueId> produced_;
  std::set<std::string> nodeNames_;
  std::int64_t nodes_ = 0;  ///< subgraphs included
};

}  // namespace

Result<Imported> importBytes(const std::string& bytes, const std::filesystem::path& folder, const Limits& limits) {
  EW_ASSIGN(const std::unique_ptr<pb::ModelProto> model, parseModel(bytes, limits));
  return Importer(*model, folder, limits).run();
}

Result<Imported> importModel(const std::filesystem::path& path, const Limits& limits) {
  std::unique_ptr<pb::ModelProto> model;
  {
    // The file's bytes are let go before the tensors are made.
    EW_ASSIGN(const std::string bytes, readFile(path, limits.fileBytes));
    EW_ASSIGN_AT(model, parseModel(bytes, limits), path.string());
  }
  Result<Imported> imported = Importer(*model, path.parent_path(), limits).run();
  if (!imported.ok()) return std::move(imported).error().at(path.string());
  return imported;
}

}  // namespace ew::onnx
