// SPDX-License-Identifier: Apache-2.0
#include "core/onnx/graph_reader.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/onnx/attribute_proto.h"
#include "core/onnx/initializer_proto.h"
#include "core/onnx/model_info.h"
#include "core/onnx/sparse_tensor.h"
#include "core/onnx/subgraph.h"
#include "core/onnx/value_info.h"

namespace ew::onnx {

GraphReader::GraphReader(pb::GraphProto& graph, ReadState& state, GraphReader* outer)
    : graph_(graph), state_(state), outer_(outer), depth_(outer == nullptr ? 0 : outer->depth_ + 1) {}

Result<Graph> GraphReader::read() {
  if (outer_ == nullptr) {
    edit_.mutableInfo() = state_.info;
  } else {
    edit_.mutableInfo().irVersion = state_.info.irVersion;
    edit_.mutableInfo().opsets = state_.info.opsets;
  }
  keepGraphInfo(graph_, edit_.mutableInfo());
  EW_TRY(readInputs());
  EW_TRY(readInitializers());
  EW_TRY(readSparseInitializers());
  EW_TRY(defineOutputsOfNodes());
  EW_TRY(readValueInfo());
  for (pb::NodeProto& node : *graph_.mutable_node()) EW_TRY_AT(readNode(node), placeOf(node));
  EW_TRY(readOutputs());
  warnOfUnused();
  inputs_.insert(inputs_.end(), capturedInputs_.begin(), capturedInputs_.end());
  edit_.setInputs(inputs_);
  return std::move(edit_).apply();
}

/// A new value, or Invalid when the name is empty or taken.
Result<ValueId> GraphReader::define(const std::string& name, Definer definer) {
  if (name.empty()) return invalid("has no name").at(textOf(definer));
  if (const ValueId id = known(name); id != kNone)
    return invalid(inQuotes(name) + " is defined twice: by " + textOf(definers_[static_cast<std::size_t>(id)]) +
                   " and by " + textOf(definer));
  definers_.push_back(definer);
  return edit_.addValue(name);
}

std::string GraphReader::textOf(Definer definer) const {
  switch (definer) {
    case byInput: return "a graph input";
    case byInitializer: return "an initializer";
    case byOuterGraph: return "a graph around";
    default: return placeOf(graph_.node(definer));
  }
}

ValueId GraphReader::known(const std::string& name) const { return edit_.graph().valueNamed(name); }

ValueId GraphReader::resolve(const std::string& name) {
  if (name.empty()) return kNone;
  if (const ValueId id = known(name); id != kNone || outer_ == nullptr) return id;
  const ValueId outside = outer_->resolve(name);
  if (outside == kNone) return kNone;
  outer_->noteOrder(outside, name);
  definers_.push_back(byOuterGraph);
  const Value& value = outer_->edit_.graph().value(outside);
  const ValueId id = edit_.addValue(name, value.dtype, value.shape);
  capturedInputs_.push_back(id);
  outerIds_.push_back(outside);
  return id;
}

Result<ValueId> GraphReader::resolveRead(const std::string& name) {
  const ValueId id = resolve(name);
  if (id == kNone)
    return invalid("reads " + inQuotes(name) + ", which no input, initializer or node defines");
  noteOrder(id, name);
  return id;
}

void GraphReader::noteOrder(ValueId id, const std::string& name) {
  const auto index = static_cast<std::size_t>(id);
  if (definers_[index] >= 0 && !produced_[index])
    state_.warnings.add("order", "nodes are not in topological order (" + inQuotes(name) +
                                     " is read before it is produced): sorted");
}

Status GraphReader::applyInfo(const pb::ValueInfoProto& info, ValueId id) {
  Result<bool> clean = valueFromInfo(info, state_.source.limits, edit_.mutableValue(id));
  if (!clean.ok()) return std::move(clean).error().at("value " + inQuotes(info.name()));
  if (!*clean)
    state_.warnings.add("negative-extent", "value " + inQuotes(info.name()) + " has a negative extent: read as unknown");
  return {};
}

Status GraphReader::readInputs() {
  std::unordered_set<std::string_view> constants;
  for (const pb::TensorProto& tensor : graph_.initializer()) constants.insert(tensor.name());
  for (const pb::SparseTensorProto& tensor : graph_.sparse_initializer()) constants.insert(tensor.values().name());
  for (const pb::ValueInfoProto& info : graph_.input()) {
    const bool isConstant = constants.contains(info.name());
    EW_ASSIGN(const ValueId id, define(info.name(), byInput));
    EW_TRY(applyInfo(info, id));
    (isConstant ? initializerInputs_ : inputs_).push_back(id);
  }
  pendingInputs_.insert(initializerInputs_.begin(), initializerInputs_.end());
  if (!initializerInputs_.empty() && state_.info.irVersion >= 4)
    state_.warnings.add("overridable", std::to_string(initializerInputs_.size()) +
                                           " inputs have a stored default: the default is used as a constant");
  edit_.setInputs(inputs_);
  edit_.setInitializerInputs(initializerInputs_);
  return {};
}

/// The value of a constant: new, or the input of that name that waits for its content.
Result<ValueId> GraphReader::defineConstant(const std::string& name) {
  if (const ValueId id = known(name); id != kNone && pendingInputs_.erase(id) > 0) {
    definers_[static_cast<std::size_t>(id)] = byInitializer;
    return id;
  }
  return define(name, byInitializer);
}

void GraphReader::setConstant(ValueId id, Tensor tensor) {
  const Value& value = edit_.graph().value(id);
  const bool agrees = value.dtype == DType::none || value.dtype == tensor.dtype();
  if (!agrees || (value.shape && value.shape->known() && *value.shape != tensor.shape()))
    state_.warnings.add("initializer-type",
                        "initializer " + inQuotes(value.name) + " differs from the type or shape declared for it");
  edit_.setInitializer(id, std::move(tensor));
}

Status GraphReader::readInitializers() {
  for (pb::TensorProto& proto : *graph_.mutable_initializer()) {
    // Takes the content out of the model, so that its memory goes when the tensor has been read.
    pb::TensorProto taken;
    taken.Swap(&proto);
    if (taken.name().empty()) {
      state_.warnings.add("initializer-name", "an initializer without a name, which nothing can read, is left out");
      continue;
    }
    EW_ASSIGN(const ValueId id, defineConstant(taken.name()));
    EW_ASSIGN_AT(Tensor tensor, tensorFromProto(taken, state_.source), "initializer " + inQuotes(taken.name()));
    keepTensorRest(taken, edit_.mutableValue(id));
    setConstant(id, std::move(tensor));
  }
  return {};
}

Status GraphReader::readSparseInitializers() {
  for (const pb::SparseTensorProto& proto : graph_.sparse_initializer()) {
    const std::string& name = proto.values().name();
    EW_ASSIGN(const ValueId id, defineConstant(name));
    EW_ASSIGN_AT(Tensor tensor, denseFromSparse(proto, state_.source), "sparse initializer " + inQuotes(name));
    EW_TRY(keepSparseForm(proto, state_.source, edit_.mutableValue(id)));
    state_.source.sparseElements += tensor.size();
    setConstant(id, std::move(tensor));
  }
  return {};
}

Status GraphReader::checkNodes() const {
  if (state_.nodes <= state_.source.limits.nodes) return {};
  return limitReached("the graph has over " + std::to_string(state_.source.limits.nodes) + " nodes, the limit");
}

Status GraphReader::defineOutputsOfNodes() {
  state_.nodes += graph_.node_size();
  EW_TRY(checkNodes());
  for (Definer index = 0; index < graph_.node_size(); ++index)
    for (const std::string& name : graph_.node(index).output())
      if (!name.empty()) EW_TRY(define(name, index));
  produced_.assign(definers_.size(), false);
  return {};
}

Status GraphReader::readValueInfo() {
  // Of a value declared twice the first declaration counts, as for inputs.
  std::set<ValueId> done(inputs_.begin(), inputs_.end());
  for (const pb::ValueInfoProto& info : graph_.value_info()) {
    const ValueId id = known(info.name());
    if (id == kNone || edit_.graph().initializer(id) != nullptr || !done.insert(id).second) continue;
    EW_TRY(applyInfo(info, id));
  }
  return {};
}

Status GraphReader::readNode(pb::NodeProto& proto) {
  if (proto.op_type().empty()) return invalid("the node names no operator");
  Node node;
  node.name = proto.name();
  node.opType = proto.op_type();
  node.domain = proto.domain() == "ai.onnx" ? "" : proto.domain();
  node.docString = proto.doc_string();
  if (!node.name.empty() && !nodeNames_.insert(proto.name()).second)
    state_.warnings.add("node-name", "several nodes are named " + inQuotes(node.name));
  if (!state_.info.opsets.contains(node.domain))
    state_.warnings.add("domain " + node.domain, "the model uses operators of domain " +
                                                     inQuotes(node.domain.empty() ? "ai.onnx" : node.domain) +
                                                     " without importing a version of it");
  for (const std::string& name : proto.input()) {
    ValueId id = kNone;
    if (!name.empty()) {
      EW_ASSIGN(id, resolveRead(name));
    }
    node.inputs.push_back(id);
  }
  for (const std::string& name : proto.output()) node.outputs.push_back(name.empty() ? kNone : known(name));
  EW_TRY(readAttributes(proto, node));
  for (const ValueId id : node.outputs)
    if (id != kNone) produced_[static_cast<std::size_t>(id)] = true;
  edit_.addNode(std::move(node));
  return {};
}

Result<AttributeValue> GraphReader::readSubgraph(pb::GraphProto& proto, std::vector<ValueId>& captures) {
  if (depth_ >= state_.source.limits.nesting)
    return limitReached("subgraphs are nested deeper than the limit of " +
                        std::to_string(state_.source.limits.nesting));
  GraphReader reader(proto, state_, this);
  auto subgraph = std::make_shared<Subgraph>();
  EW_ASSIGN(subgraph->graph, reader.read());
  captures = reader.captured();
  subgraph->captures = captures.size();
  return AttributeValue(SubgraphPtr(std::move(subgraph)));
}

Status GraphReader::readAttributes(pb::NodeProto& proto, Node& node) {
  pb::NodeProto rest;
  std::map<std::string, std::vector<ValueId>> captures;  // in the order that Node::captures has
  for (pb::AttributeProto& attribute : *proto.mutable_attribute()) {
    const auto place = [&] { return "attribute " + inQuotes(attribute.name()); };
    if (attribute.name().empty()) return invalid("an attribute has no name");
    if (node.attributes.has(attribute.name())) return invalid("given twice").at(place());
    AttributeValue value;
    if (holdsGraph(attribute)) {
      std::vector<ValueId>& captured = captures[attribute.name()];
      EW_ASSIGN_AT(value, readSubgraph(*attribute.mutable_g(), captured), "subgraph " + inQuotes(attribute.name()));
    } else {
      EW_ASSIGN_AT(value, attributeFromProto(attribute, state_.source), place());
    }
    const bool isOpaque = std::holds_alternative<OpaqueAttribute>(value);
    node.attributes.set(attribute.name(), std::move(value));
    if (isOpaque) continue;
    if (pb::AttributeProto kept = attributeRest(attribute); kept.ByteSizeLong() > 0) {
      kept.set_name(attribute.name());
      *rest.add_attribute() = std::move(kept);
    }
  }
  if (!proto.unknown_fields().empty()) rest.mutable_unknown_fields()->MergeFrom(proto.unknown_fields());
  if (rest.attribute_size() > 0 || !rest.unknown_fields().empty()) node.unknownFields = rest.SerializeAsString();
  for (const auto& [name, ids] : captures) node.captures.insert(node.captures.end(), ids.begin(), ids.end());
  return readNamedCaptures(proto, node);
}

/// Lists of graphs stay bytes, since no operator of any known set has one; what they read is still a use.
Status GraphReader::readNamedCaptures(const pb::NodeProto& proto, Node& node) {
  EW_ASSIGN(const std::vector<std::string> names, namesReadByGraphLists(proto, state_.source.limits, depth_, state_.nodes));
  EW_TRY(checkNodes());
  for (const std::string& name : names) {
    EW_ASSIGN_AT(const ValueId id, resolveRead(name), "a subgraph");
    node.captures.push_back(id);
  }
  return {};
}

Status GraphReader::readOutputs() {
  std::vector<ValueId> outputs;
  for (const pb::ValueInfoProto& info : graph_.output()) {
    if (info.name().empty()) return invalid("a graph output has no name");
    const ValueId id = resolve(info.name());
    if (id == kNone) return invalid("graph output " + inQuotes(info.name()) + " is produced by nothing");
    if (std::find(outputs.begin(), outputs.end(), id) != outputs.end())
      state_.warnings.add("output-twice", "graph output " + inQuotes(info.name()) + " is listed twice");
    if (std::find(capturedInputs_.begin(), capturedInputs_.end(), id) != capturedInputs_.end())
      state_.warnings.add("output-captured", "a subgraph gives out " + inQuotes(info.name()) + ", which only a graph around it defines");
    const bool typed = edit_.graph().initializer(id) != nullptr || edit_.graph().isInput(id);
    if (!typed) {
      EW_TRY(applyInfo(info, id));
    }
    outputs.push_back(id);
  }
  if (outputs.empty()) state_.warnings.add("no-output", "the graph has no outputs");
  edit_.setOutputs(std::move(outputs));
  return {};
}

void GraphReader::warnOfUnused() {
  std::vector<bool> used(edit_.graph().valueCount(), false);
  const auto use = [&](ValueId id) {
    if (id != kNone) used[static_cast<std::size_t>(id)] = true;
  };
  std::ranges::for_each(edit_.graph().outputs(), use);
  for (const Node& node : edit_.graph().nodes()) {
    std::ranges::for_each(node.inputs, use);
    std::ranges::for_each(node.captures, use);
  }
  for (const auto& [id, tensor] : edit_.graph().initializers())
    if (!used[static_cast<std::size_t>(id)])
      state_.warnings.add("unused",
                          "initializer " + inQuotes(edit_.graph().value(id).name) + " is used by nothing: left out");
}

}  // namespace ew::onnx
