// SPDX-License-Identifier: Apache-2.0
#include "core/onnx/subgraph.h"

#include <map>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "core/base/text.h"
#include "core/onnx/function_key.h"

namespace ew::onnx {
namespace {

/// The first index that cannot be ordered because of a cycle; followers.size() when there is none.
std::size_t firstInCycle(const std::vector<std::vector<std::size_t>>& followers) {
  std::vector<std::size_t> waiting(followers.size(), 0), ready;
  for (const auto& list : followers)
    for (const std::size_t next : list) ++waiting[next];
  for (std::size_t i = 0; i < waiting.size(); ++i)
    if (waiting[i] == 0) ready.push_back(i);
  while (!ready.empty()) {
    const std::size_t done = ready.back();
    ready.pop_back();
    for (const std::size_t next : followers[done])
      if (--waiting[next] == 0) ready.push_back(next);
  }
  for (std::size_t i = 0; i < waiting.size(); ++i)
    if (waiting[i] != 0) return i;
  return waiting.size();
}

class CaptureScan {
 public:
  CaptureScan(const Limits& limits, std::int64_t& nodes) : limits_(limits), nodes_(nodes) {}

  /// Free names of the subgraphs among the attributes of a node, or of those in lists alone.
  Result<std::vector<std::string>> ofNode(const pb::NodeProto& node, std::int64_t depth, bool listsAlone = false) {
    std::vector<std::string> names;
    std::unordered_set<std::string> seen;
    std::map<std::string, const pb::AttributeProto*> byName;  // in the order in which export writes them
    for (const pb::AttributeProto& attribute : node.attribute())
      if ((attribute.has_g() && !listsAlone) || attribute.graphs_size() > 0) byName.emplace(attribute.name(), &attribute);
    for (const auto& [attributeName, pointer] : byName) {
      const pb::AttributeProto& attribute = *pointer;
      std::vector<const pb::GraphProto*> graphs;
      if (attribute.has_g() && !listsAlone) graphs.push_back(&attribute.g());
      for (const pb::GraphProto& graph : attribute.graphs()) graphs.push_back(&graph);
      for (const pb::GraphProto* graph : graphs) {
        if (depth >= limits_.nesting)
          return limitReached("subgraphs are nested deeper than the limit of " + std::to_string(limits_.nesting));
        EW_ASSIGN_AT(const std::vector<std::string> free, ofGraph(*graph, depth + 1),
                     "subgraph " + inQuotes(attributeName));
        for (const std::string& name : free)
          if (seen.insert(name).second) names.push_back(name);
      }
    }
    return names;
  }

 private:
  Result<std::vector<std::string>> ofGraph(const pb::GraphProto& graph, std::int64_t depth) {
    nodes_ += graph.node_size();
    if (nodes_ > limits_.nodes) return limitReached("more than " + std::to_string(limits_.nodes) + " nodes");
    std::unordered_map<std::string, std::size_t> producer;  // node index, or node_size() for the rest
    const auto outside = static_cast<std::size_t>(graph.node_size());
    for (const pb::ValueInfoProto& input : graph.input()) producer.emplace(input.name(), outside);
    for (const pb::TensorProto& tensor : graph.initializer()) producer.emplace(tensor.name(), outside);
    for (const pb::SparseTensorProto& tensor : graph.sparse_initializer())
      producer.emplace(tensor.values().name(), outside);
    for (int i = 0; i < graph.node_size(); ++i)
      for (const std::string& name : graph.node(i).output())
        if (!name.empty() && !producer.emplace(name, static_cast<std::size_t>(i)).second)
          return invalid("output " + inQuotes(name) + " is defined twice").at(placeOf(graph.node(i)));

    std::vector<std::string> free;
    std::unordered_set<std::string> seen;
    std::vector<std::vector<std::size_t>> followers(outside);
    const auto read = [&](const std::string& name, std::size_t reader) {
      const auto it = producer.find(name);
      if (it == producer.end()) {
        if (!name.empty() && seen.insert(name).second) free.push_back(name);
      } else if (it->second < outside && reader < outside) {
        followers[it->second].push_back(reader);
      }
    };
    for (std::size_t i = 0; i < outside; ++i) {
      const pb::NodeProto& node = graph.node(static_cast<int>(i));
      for (const std::string& name : node.input()) read(name, i);
      EW_ASSIGN_AT(const std::vector<std::string> inner, ofNode(node, depth), placeOf(node));
      for (const std::string& name : inner) read(name, i);
    }
    for (const pb::ValueInfoProto& output : graph.output()) read(output.name(), outside);
    if (const std::size_t stuck = firstInCycle(followers); stuck < outside)
      return invalid("the subgraph has a cycle").at(placeOf(graph.node(static_cast<int>(stuck))));
    return free;
  }

  const Limits& limits_;
  std::int64_t& nodes_;
};

void collectCalls(const google::protobuf::RepeatedPtrField<pb::NodeProto>& nodes,
                  const std::map<FunctionKey, std::size_t>& functions, std::set<std::size_t>& calls) {
  for (const pb::NodeProto& node : nodes) {
    if (const auto it = functions.find(keyOf(node)); it != functions.end()) calls.insert(it->second);
    for (const pb::AttributeProto& attribute : node.attribute()) {
      if (attribute.has_g()) collectCalls(attribute.g().node(), functions, calls);
      for (const pb::GraphProto& graph : attribute.graphs()) collectCalls(graph.node(), functions, calls);
    }
  }
}

}  // namespace

std::string placeOf(const pb::NodeProto& node) {
  if (!node.name().empty()) return "node " + inQuotes(node.name());
  for (const std::string& output : node.output())
    if (!output.empty()) return "node " + inQuotes(node.op_type() + "_of_" + output);
  return "a node without name and outputs, operator " + inQuotes(node.op_type());
}

Result<std::vector<std::string>> namesReadByGraphLists(const pb::NodeProto& node, const Limits& limits,
                                                       std::int64_t depth, std::int64_t& nodes) {
  return CaptureScan(limits, nodes).ofNode(node, depth, true);
}

Status checkFunctions(const pb::ModelProto& model) {
  std::map<FunctionKey, std::size_t> functions;
  for (int i = 0; i < model.functions_size(); ++i)
    functions.emplace(keyOf(model.functions(i)), static_cast<std::size_t>(i));
  std::vector<std::vector<std::size_t>> followers(static_cast<std::size_t>(model.functions_size()));
  for (std::size_t i = 0; i < followers.size(); ++i) {
    std::set<std::size_t> calls;
    collectCalls(model.functions(static_cast<int>(i)).node(), functions, calls);
    followers[i].assign(calls.begin(), calls.end());
  }
  if (const std::size_t stuck = firstInCycle(followers); stuck < followers.size())
    return invalid("function " + inQuotes(model.functions(static_cast<int>(stuck)).name()) +
                   " calls itself, directly or through others");
  return {};
}

}  // namespace ew::onnx
