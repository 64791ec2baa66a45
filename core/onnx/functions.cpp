// SPDX-License-Identifier: Apache-2.0
#include "core/onnx/functions.h"

#include <algorithm>
#include <map>

#include "core/base/text.h"
#include "core/graph/inline.h"
#include "core/graph/subgraphs.h"
#include "core/onnx/attribute_proto.h"
#include "core/onnx/function_key.h"
#include "core/onnx/graph_reader.h"
#include "core/onnx/parse.h"

namespace ew::onnx {
namespace {

using Functions = std::map<FunctionKey, pb::FunctionProto>;

Result<Functions> readFunctions(const ModelInfo& info) {
  Functions out;
  for (const std::string& bytes : info.functions) {
    pb::FunctionProto function;
    if (!parseMessage(function, bytes)) return internalError("a kept function is malformed");
    const FunctionKey key = keyOf(function);
    out.emplace(key, std::move(function));
  }
  return out;
}

FunctionKey keyOf(const Node& node) {
  FunctionKey key{node.domain, node.opType, ""};
  pb::NodeProto rest;
  if (!node.unknownFields.empty() && parseMessage(rest, node.unknownFields)) key[2] = onnx::keyOf(rest)[2];
  return key;
}

std::map<std::string, std::int64_t> opsetsOf(const pb::FunctionProto& function) {
  std::map<std::string, std::int64_t> out;
  for (const pb::OperatorSetIdProto& entry : function.opset_import())
    out.emplace(entry.domain() == "ai.onnx" ? "" : entry.domain(), entry.version());
  return out;
}

/// Takes what stands for absent inputs of a call out of the nodes of the function.
void dropNames(google::protobuf::RepeatedPtrField<pb::NodeProto>& nodes, const std::set<std::string>& absent) {
  for (pb::NodeProto& node : nodes) {
    for (std::string& input : *node.mutable_input())
      if (absent.contains(input)) input.clear();
    for (pb::AttributeProto& attribute : *node.mutable_attribute())
      if (attribute.has_g()) dropNames(*attribute.mutable_g()->mutable_node(), absent);
  }
}

class Expander {
 public:
  Expander(Functions functions, OtherVersions others, const Limits& limits)
      : functions_(std::move(functions)), others_(others), limits_(limits) {}

  Result<Graph> expand(const Graph& graph, std::int64_t depth) {
    if (depth > limits_.nesting) return limitReached("calls are nested deeper than the limit of " + std::to_string(limits_.nesting));
    std::vector<NodeId> calls;
    GraphEdit edit(graph);
    bool changed = false;
    for (const Node& node : graph.nodes()) {
      if (functions_.contains(keyOf(node))) calls.push_back(node.id);
      const std::string place = "node " + inQuotes(displayName(graph, node));
      EW_ASSIGN_AT(const bool inside, expandInside(edit, node, depth), place);
      changed = changed || inside;
    }
    if (calls.empty() && !changed) return graph;
    std::vector<NodeId> gone;
    for (const NodeId id : calls) {
      const Node call = edit.mutableNode(id);
      EW_ASSIGN_AT(const bool inlined, replace(edit, call, depth), "node " + inQuotes(displayName(graph, call)));
      if (inlined) gone.push_back(id);
    }
    edit.removeNodes(gone);
    return std::move(edit).apply();
  }

 private:
  Result<bool> expandInside(GraphEdit& edit, const Node& node, std::int64_t depth) {
    bool changed = false;
    for (const SubgraphUse& use : subgraphsOf(node)) {
      if (!calls(use.subgraph->graph)) continue;
      auto expanded = std::make_shared<Subgraph>();
      expanded->captures = use.subgraph->captures;
      const std::string attribute(use.attribute);
      EW_ASSIGN_AT(expanded->graph, expand(use.subgraph->graph, depth + 1), "subgraph " + inQuotes(attribute));
      edit.mutableNode(node.id).attributes.set(attribute, SubgraphPtr(std::move(expanded)));
      changed = true;
    }
    return changed;
  }

  bool calls(const Graph& graph) const {
    return std::ranges::any_of(graph.nodes(), [&](const Node& node) {
      return functions_.contains(keyOf(node)) ||
             std::ranges::any_of(subgraphsOf(node), [&](const SubgraphUse& use) { return calls(use.subgraph->graph); });
    });
  }

  /// False when the call stays, as one of a graph with operator sets of its own.
  Result<bool> replace(GraphEdit& edit, const Node& call, std::int64_t depth) {
    const pb::FunctionProto& function = functions_.at(keyOf(call));
    const std::string place = "function " + inQuotes(function.name());
    EW_ASSIGN_AT(const Graph body, expandedBody(function, call, edit.graph().info().irVersion, depth), place);
    if (sameOpsets(edit, function)) {
      inlineBody(edit, call.id, body);
      return true;
    }
    if (others_ == OtherVersions::Run) keepAsCall(edit, call, body);
    return false;
  }

  Status count(const Graph& body) {
    nodes_ += static_cast<std::int64_t>(countNodes(body));
    if (nodes_ <= limits_.expandedNodes) return {};
    return limitReached("the calls of local functions expand to over " + std::to_string(limits_.expandedNodes) + " nodes, the limit");
  }

  /// Functions without attributes give every call with the same inputs and outputs the same nodes.
  Result<Graph> expandedBody(const pb::FunctionProto& function, const Node& call, std::int64_t irVersion, std::int64_t depth) {
    std::string shape = std::to_string(call.outputs.size()) + ":";
    for (const ValueId id : call.inputs) shape += id == kNone ? '0' : '1';
    const std::pair key{keyOf(call), std::move(shape)};
    const bool isPlain = function.attribute_size() == 0 && defaultAttributes(function).empty();
    if (const auto known = expanded_.find(key); isPlain && known != expanded_.end()) {
      EW_TRY(count(known->second));
      return known->second;
    }
    EW_ASSIGN(Graph body, bodyFor(function, call, irVersion));
    EW_TRY(count(body));
    EW_ASSIGN(body, expand(body, depth + 1));
    if (isPlain) expanded_.emplace(key, body);
    return body;
  }

  /// The function's own graph with the call's attributes in place.
  Result<Graph> bodyFor(const pb::FunctionProto& function, const Node& call, std::int64_t irVersion) const {
    const auto inputs = static_cast<std::size_t>(function.input_size());
    if (call.inputs.size() > inputs)
      return invalid("takes " + std::to_string(inputs) + " inputs, not " + std::to_string(call.inputs.size()));
    if (call.outputs.size() > static_cast<std::size_t>(function.output_size()))
      return invalid("gives " + std::to_string(function.output_size()) + " outputs, not " + std::to_string(call.outputs.size()));
    pb::GraphProto proto;
    *proto.mutable_node() = function.node();
    std::set<std::string> absent;
    for (std::size_t i = 0; i < inputs; ++i) {
      const std::string& name = function.input(static_cast<int>(i));
      if (call.input(i) == kNone) absent.insert(name);
      else proto.add_input()->set_name(name);
    }
    if (!absent.empty()) dropNames(*proto.mutable_node(), absent);
    for (std::size_t i = 0; i < call.outputs.size(); ++i) proto.add_output()->set_name(function.output(static_cast<int>(i)));
    ReadState state;
    state.source.limits = limits_;
    state.info.irVersion = irVersion;
    state.info.opsets = opsetsOf(function);
    EW_ASSIGN(Graph body, GraphReader(proto, state).read());
    Attributes given = call.attributes;
    for (const pb::AttributeProto& attribute : defaultAttributes(function)) {
      if (given.has(attribute.name())) continue;
      EW_ASSIGN(AttributeValue value, attributeFromProto(attribute, state.source));
      given.set(attribute.name(), std::move(value));
    }
    return withAttributes(body, given);
  }

  /// References to the function's attributes are replaced by what the call gives; without that they go.
  static Result<Graph> withAttributes(const Graph& body, const Attributes& given) {
    GraphEdit edit(body);
    for (const Node& node : body.nodes())
      for (const auto& [name, value] : node.attributes.all()) {
        if (const auto* subgraph = std::get_if<SubgraphPtr>(&value)) {
          auto inner = std::make_shared<Subgraph>();
          inner->captures = (*subgraph)->captures;
          EW_ASSIGN(inner->graph, withAttributes((*subgraph)->graph, given));
          edit.mutableNode(node.id).attributes.set(name, SubgraphPtr(std::move(inner)));
        }
        const auto* opaque = std::get_if<OpaqueAttribute>(&value);
        pb::AttributeProto reference;
        if (opaque == nullptr || !parseMessage(reference, opaque->bytes) || !reference.has_ref_attr_name()) continue;
        Attributes& attributes = edit.mutableNode(node.id).attributes;
        const auto found = given.all().find(reference.ref_attr_name());
        if (found == given.all().end()) {
          attributes.remove(name);
          continue;
        }
        if (std::holds_alternative<SubgraphPtr>(found->second))
          return unsupported("a graph is given as attribute " + inQuotes(found->first) + " of a local function");
        attributes.set(name, found->second);
      }
    return std::move(edit).apply();
  }

  /// Whether the function's nodes mean the same in the graph around; operator sets that it lacks are added to it.
  static bool sameOpsets(GraphEdit& edit, const pb::FunctionProto& function) {
    auto& around = edit.mutableInfo().opsets;
    const auto own = opsetsOf(function);
    for (const auto& [domain, version] : own)
      if (const auto it = around.find(domain); it != around.end() && it->second != version) return false;
    around.insert(own.begin(), own.end());
    return true;
  }

  static void keepAsCall(GraphEdit& edit, const Node& call, const Graph& body) {
    auto subgraph = std::make_shared<Subgraph>();
    subgraph->graph = body;
    Node& node = edit.mutableNode(call.id);
    node.name = displayName(edit.graph(), call);
    node.opType = "Call";
    node.domain = "edgewright";
    node.attributes = {};
    node.unknownFields.clear();
    std::erase(node.inputs, kNone);
    node.attributes.set("body", SubgraphPtr(std::move(subgraph)));
  }

  const Functions functions_;
  const OtherVersions others_;
  const Limits& limits_;
  std::map<std::pair<FunctionKey, std::string>, Graph> expanded_;
  std::int64_t nodes_ = 0;
};

}  // namespace

Result<Graph> expandFunctions(const Graph& graph, OtherVersions others, const Limits& limits) {
  if (graph.info().functions.empty()) return graph;
  EW_ASSIGN(Functions functions, readFunctions(graph.info()));
  return Expander(std::move(functions), others, limits).expand(graph, 0);
}

void showFunctionsAsNodes(Imported& imported) {
  if (imported.graph.info().functions.empty()) return;
  Result<Graph> expanded = expandFunctions(imported.graph, OtherVersions::Leave);
  if (!expanded.ok()) {
    imported.warnings.push_back("local functions are not expanded: " + expanded.error().text());
    return;
  }
  std::size_t calls = 0;
  for (const Node& node : imported.graph.nodes()) calls += expanded->node(node.id) == nullptr ? 1 : 0;
  if (calls > 0)
    imported.warnings.push_back(std::to_string(calls) + (calls == 1 ? " call" : " calls") +
                                " of local functions: shown and changed as the nodes that they stand for");
  imported.graph = *std::move(expanded);
}

}  // namespace ew::onnx
