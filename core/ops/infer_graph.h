// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "core/ops/infer.h"

namespace ew::ops {

/// Only small values are computed before running: shape arithmetic, not weights.
inline constexpr std::int64_t maxFoldedElements = 4096;

/// What the inference of a graph and of the graphs inside its nodes have in common.
struct InferShared {
  std::map<std::string, std::int64_t> bindings{}; ///< the caller's, and what they and inputShapes say of symbols
  std::vector<std::string> warnings{};
  std::int64_t foldedWork = 0;
  bool keepsGoing = false;                        ///< operands that do not fit are warnings
  std::int64_t bodyNodes = 0;                     ///< nodes visited in subgraphs so far

  void warn(const std::string& text);
};

/// "node 'conv1' (Conv)"
std::string nodePlace(const Graph& graph, const Node& node);

/// One forward pass over the nodes of a graph: facts of every value, laid beside it.
class GraphInferer {
 public:
  GraphInferer(const Graph& graph, InferShared& shared, std::string prefix, int depth);

  /// Facts of a graph input, over what the file declares of it.
  void setInput(ValueId id, const ValueFacts& given);
  void setInputShape(ValueId id, Shape shape) { factsAt(id).shape = std::move(shape); }
  Status run();

  const Graph& graph() const { return graph_; }
  const ValueFacts& facts(ValueId id) const { return facts_[static_cast<std::size_t>(id)]; }
  std::optional<Shape> takeShape(ValueId id) { return std::move(factsAt(id).shape); }
  /// Content of values that were computed; initializers are not among them.
  std::map<ValueId, Tensor>& constants() { return constants_; }

 private:
  ValueFacts& factsAt(ValueId id) { return facts_[static_cast<std::size_t>(id)]; }
  void warn(const std::string& text) { shared_.warn(prefix_ + text); }
  Status visit(const Node& node);
  Status record(ValueId id, InferContext::Output& found);
  void bindDeclared(Shape& shape) const;
  Shape joined(ValueId id, const Shape& declared, const Shape& inferred);
  void recordElements(ValueId id, std::vector<Dim> elements);
  Cost cost(const OpDef& def, const Node& node) const;
  bool foldable(const OpDef& def, const Node& node, const InferContext& context) const;
  void fold(const OpDef& def, const Node& node, const InferContext& context);

  const Graph& graph_;
  InferShared& shared_;
  std::string prefix_;  ///< where this graph is, for messages
  int depth_;           ///< 0 for the model's own graph
  std::vector<ValueFacts> facts_;
  std::map<ValueId, Tensor> constants_;
  std::deque<std::vector<Dim>> elements_;  ///< what facts point to
};

/// Infers the graphs among the attributes of one node of a graph that is being inferred.
class BodyInferer final : public SubgraphInferer {
 public:
  BodyInferer(const GraphInferer& outer, const Node& node, InferShared& shared, std::string prefix, int depth)
      : outer_(outer), node_(node), shared_(shared), prefix_(std::move(prefix)), depth_(depth) {}

  Result<std::vector<InferContext::Output>> infer(const std::string& attribute, std::span<const ValueFacts> inputs) override;

 private:
  const GraphInferer& outer_;
  const Node& node_;
  InferShared& shared_;
  std::string prefix_;
  int depth_;
};

}  // namespace ew::ops
