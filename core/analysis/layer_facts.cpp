// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "core/analysis/analysis.h"
#include "core/analysis/weights.h"
#include "core/base/text.h"
#include "core/graph/graph_edit.h"
#include "core/graph/subgraphs.h"
#include "core/ops/extent.h"
#include "core/ops/infer_partly.h"

namespace ew::analysis {
namespace {

/// What a constant adds to the model's totals, wherever it is read.
struct Share {
  std::int64_t parameters = 0, bytes = 0, mainElements = 0, zeros = 0;
};

/// The constants of one graph, each once, and those of the graphs inside its nodes.
struct Shares {
  std::unordered_map<ValueId, Share> own;
  std::vector<Share> inside;
};

bool isQuantizer(const Node& node) { return node.opType == "QuantizeLinear" || node.opType == "DequantizeLinear"; }

/// The only reader of a value that is no model output; nullptr when there are more or none.
const Node* onlyReader(const Graph& graph, ValueId id) {
  const std::vector<NodeId> readers = graph.consumers(id);
  return readers.size() == 1 && !graph.isOutput(id) ? graph.node(readers.front()) : nullptr;
}

/// The type in which an output is passed on: that of the QuantizeLinear behind it (and behind a Relu or Clip that
/// runs inside the layer), else its own.
DType passedOnAs(const Graph& graph, ValueId id) {
  const Node* reader = onlyReader(graph, id);
  if (reader != nullptr && (reader->opType == "Relu" || reader->opType == "Clip")) reader = onlyReader(graph, reader->output(0));
  if (reader != nullptr && reader->opType == "QuantizeLinear" && reader->output(0) != kNone)
    return graph.value(reader->output(0)).dtype;
  return graph.value(id).dtype;
}

void describeWeights(LayerFacts& facts, const std::vector<WeightRef>& weights, Shares& shares) {
  std::int64_t elements = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const WeightRef& weight = weights[i];
    std::int64_t zeros = 0, zeroChannels = 0;
    std::optional<Range> range;
    const std::vector<ChannelStats> channels = channelStats(weight);
    for (const ChannelStats& channel : channels) {
      zeros += channel.zeros;
      if (channel.count > 0 && channel.zeros == channel.count) ++zeroChannels;
      if (channel.count == 0) continue;
      if (!range) range = Range{channel.low, channel.high};
      range->low = std::min(range->low, channel.low);
      range->high = std::max(range->high, channel.high);
    }
    Share& share = shares.own[weight.value];
    share.mainElements = weight.stored->size();
    share.zeros = zeros;
    elements += weight.stored->size();
    facts.zeros += zeros;
    if (i > 0) continue;
    facts.channels = std::ssize(channels);
    facts.zeroChannels = zeroChannels;
    facts.weightPrecision = std::string(dtypeName(weight.stored->dtype()));
    facts.weightRange = range;
  }
  if (elements > 0) facts.sparsity = static_cast<double>(facts.zeros) / static_cast<double>(elements);
}

void describeConstants(LayerFacts& facts, const Graph& graph, const Node& node, Shares& shares) {
  for (const ConstantRef& constant : parametersOf(graph, node)) {
    const auto bytes = static_cast<std::int64_t>(constant.stored->byteSize());
    facts.parameters += constant.stored->size();
    facts.weightBytes += bytes;
    Share& share = shares.own[constant.value];
    share.parameters = constant.stored->size();
    share.bytes = bytes;
    if (facts.weightPrecision.empty()) facts.weightPrecision = std::string(dtypeName(constant.stored->dtype()));
  }
  const std::vector<WeightRef> weights = weightsOf(graph, node);
  if (!weights.empty()) describeWeights(facts, weights, shares);
}

void describeOutputs(LayerFacts& facts, const Graph& graph, const Node& node) {
  for (const ValueId id : node.outputs) {
    if (id == kNone) continue;
    const Value& value = graph.value(id);
    const DType type = passedOnAs(graph, id);
    if (const auto elements = value.shape ? value.shape->elements() : std::nullopt)
      facts.activationBytes += static_cast<std::int64_t>(packedBytes(type, *elements));
    if (!facts.activationPrecision.empty()) continue;
    facts.activationPrecision = std::string(dtypeName(type));
    facts.outputShape = value.shape ? value.shape->text() : "";
  }
}

bool shapesKnown(const Graph& graph, const Node& node) {
  const auto known = [&](ValueId id) { return id == kNone || (graph.value(id).shape && graph.value(id).shape->known()); };
  return std::all_of(node.inputs.begin(), node.inputs.end(), known) && std::all_of(node.outputs.begin(), node.outputs.end(), known);
}

/// A graph inside a node, with the outer constants that it reads as constants of its own.
Graph closedBody(const Graph& graph, const SubgraphUse& use) {
  GraphEdit edit(use.subgraph->graph);
  std::vector<ValueId> inputs = edit.graph().inputs();
  for (std::size_t i = 0; i < use.captures.size(); ++i)
    if (const Tensor* constant = graph.initializer(use.captures[i]))
      edit.setInitializer(inputs[use.subgraph->formalInputs() + i], *constant);
  std::erase_if(inputs, [&](ValueId id) { return edit.graph().initializer(id) != nullptr; });
  edit.setInputs(std::move(inputs));
  return std::move(edit).take();
}

LayerFacts factsOf(const Graph& graph, const Node& node, Shares& shares);

/// The constants of the graphs inside a node. What such a graph reads from outside counts as the outer constant, and
/// once however many branches read it.
Shares sharesOfBodies(const Graph& graph, const Node& node) {
  Shares all;
  for (const SubgraphUse& use : subgraphsOf(node)) {
    const Graph body = closedBody(graph, use);
    Shares within;
    for (const Node& inner : body.nodes())
      if (!isQuantizer(inner)) (void)factsOf(body, inner, within);
    std::unordered_map<ValueId, ValueId> outside;
    for (std::size_t i = 0; i < use.captures.size(); ++i)
      outside.emplace(use.subgraph->graph.inputs()[use.subgraph->formalInputs() + i], use.captures[i]);
    for (const auto& [id, share] : within.own) {
      if (const auto it = outside.find(id); it != outside.end()) all.own[it->second] = share;
      else all.inside.push_back(share);
    }
    all.inside.insert(all.inside.end(), within.inside.begin(), within.inside.end());
  }
  return all;
}

void describeBodies(LayerFacts& facts, const Graph& graph, const Node& node, Shares& shares) {
  if (!hasSubgraphs(node)) return;
  const Shares bodies = sharesOfBodies(graph, node);
  std::int64_t mainElements = 0;
  const auto add = [&](const Share& share) {
    facts.parameters += share.parameters;
    facts.weightBytes += share.bytes;
    facts.zeros += share.zeros;
    mainElements += share.mainElements;
  };
  for (const auto& [id, share] : bodies.own) {
    add(share);
    shares.own[id] = share;
  }
  for (const Share& share : bodies.inside) add(share);
  if (mainElements > 0) facts.sparsity = static_cast<double>(facts.zeros) / static_cast<double>(mainElements);
  shares.inside.insert(shares.inside.end(), bodies.inside.begin(), bodies.inside.end());
}

LayerFacts factsOf(const Graph& graph, const Node& node, Shares& shares) {
  LayerFacts facts;
  facts.node = node.id;
  facts.name = displayName(graph, node);
  facts.op = node.opType;
  describeConstants(facts, graph, node, shares);
  describeBodies(facts, graph, node, shares);
  describeOutputs(facts, graph, node);
  facts.macs = ops::costOf(graph, node).macs;
  facts.macsKnown = shapesKnown(graph, node) && ops::findOp(graph, node).def != nullptr && !hasSubgraphs(node);
  facts.isLayer = facts.parameters > 0 || facts.macs > 0;
  return facts;
}

const std::string notInferred = "shapes could not be inferred with dynamic dimensions of 1: ";

ops::InferOptions extentsOfOne() {
  ops::InferOptions options;
  options.dynamicDefault = 1;
  return options;
}

bool allKnown(const Graph& graph) {
  for (std::size_t i = 0; i < graph.valueCount(); ++i) {
    const Value& value = graph.value(static_cast<ValueId>(i));
    if (value.id != kNone && (value.dtype == DType::none || !value.shape || !value.shape->known())) return false;
  }
  return true;
}

/// Replaces the symbols of the inputs by 1 in all shapes. False, and nothing done, when that does not make all of them
/// numbers: then they have to be inferred again.
bool bindToOne(Graph& graph) {
  std::map<std::string, std::int64_t> ones;
  for (const ValueId id : graph.inputs()) {
    if (!graph.value(id).shape) return false;
    for (const Dim& dim : graph.value(id).shape->dims())
      if (const auto extent = ops::Extent::of(dim)) extent->forEachSymbol([&](const std::string& symbol) { ones[symbol] = 1; });
  }
  std::unordered_map<std::string, Dim> bound;
  for (std::size_t i = 0; i < graph.valueCount(); ++i) {
    const Value& value = graph.value(static_cast<ValueId>(i));
    if (value.id == kNone) continue;
    if (value.dtype == DType::none || !value.shape) return false;
    for (const Dim& dim : value.shape->dims()) {
      if (dim.known()) continue;
      const auto [it, isNew] = bound.try_emplace(dim.symbol);
      if (isNew) it->second = ops::boundDim(dim, ones);
      if (!it->second.known()) return false;
    }
  }
  GraphEdit edit(std::move(graph));
  for (std::size_t i = 0; i < edit.graph().valueCount(); ++i) {
    Value& value = edit.mutableValue(static_cast<ValueId>(i));
    for (std::size_t axis = 0; value.shape && axis < value.shape->rank(); ++axis)
      if (Dim& dim = (*value.shape)[axis]; !dim.known()) dim = bound.at(dim.symbol);
  }
  graph = std::move(edit).take();
  return true;
}

void describe(Summary& out, const Graph& shaped) {
  Shares shares;
  std::size_t unknown = 0, withGraphs = 0;
  out.layers.reserve(shaped.nodes().size());
  for (const Node& node : shaped.nodes()) {
    if (isQuantizer(node)) continue;
    out.layers.push_back(factsOf(shaped, node, shares));
    const LayerFacts& facts = out.layers.back();
    out.totals.layers += facts.isLayer ? 1 : 0;
    out.totals.macs += facts.macs;
    if (hasSubgraphs(node)) {
      if (withGraphs++ < 3) out.warnings.push_back("node " + inQuotes(facts.name) + ": the work of the graphs inside it is not counted");
      continue;
    }
    if (!facts.macsKnown && facts.parameters > 0 && ++unknown <= 3)
      out.warnings.push_back("node " + inQuotes(facts.name) + ": its multiply-accumulates are not known and count as 0");
  }
  if (withGraphs > 3) out.warnings.push_back(std::to_string(withGraphs - 3) + " more nodes hold graphs that are not counted");
  if (unknown > 3) out.warnings.push_back(std::to_string(unknown - 3) + " more layers have unknown multiply-accumulates");
  std::int64_t mainElements = 0;
  const auto count = [&](const Share& share) {
    out.totals.parameters += share.parameters;
    out.totals.weightBytes += share.bytes;
    out.totals.zeros += share.zeros;
    mainElements += share.mainElements;
  };
  for (const auto& [value, share] : shares.own) count(share);
  for (const Share& share : shares.inside) count(share);
  if (mainElements > 0) out.totals.sparsity = static_cast<double>(out.totals.zeros) / static_cast<double>(mainElements);
  out.totals.nodes = std::ssize(shaped.nodes());
  out.totals.activationPeakBytes = peakActivation(shaped).peakBytes;
}

}  // namespace

Summary summarize(const Graph& graph) {
  Result<ops::Inference> inference = ops::inferShapes(graph, extentsOfOne());
  Summary out;
  if (!inference.ok()) {
    out.warnings.push_back(notInferred + inference.error().text());
    inference = ops::inferPartly(Graph(graph));
  }
  if (inference.ok()) out.warnings.insert(out.warnings.end(), inference->warnings.begin(), inference->warnings.end());
  describe(out, inference.ok() ? inference->graph : graph);
  return out;
}

Summary summarizeInferred(Graph graph) {
  Summary out;
  if (!allKnown(graph) && !bindToOne(graph)) {
    Result<ops::Inference> inference = ops::inferShapes(std::move(graph), extentsOfOne());
    if (inference.ok()) {
      describe(out, inference->graph);
      return out;
    }
    out.warnings.push_back(notInferred + inference.error().text());
  }
  describe(out, graph);
  return out;
}

}  // namespace ew::analysis
