// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/graph/graph.h"
#include "core/ops/op.h"

namespace ew::ops {

struct InferOptions {
  /// Sizes for dynamic dimensions of graph inputs by symbol ("N" -> 1), and by "input:axis" ("x:0" -> 1).
  std::map<std::string, std::int64_t> bindings;
  /// Extent given to every input dimension that is still dynamic; 0 leaves them symbolic.
  std::int64_t dynamicDefault = 0;
  /// Concrete shapes for whole inputs by name; wins over the two above.
  std::map<std::string, Dims> inputShapes;
};

struct Inference {
  Graph graph;                        ///< the same graph with types and shapes filled in
  std::map<ValueId, Tensor> constants;///< small values known before running (shape arithmetic), not initializers
  std::vector<std::string> warnings;  ///< declared and inferred shapes that disagree, nodes that could not be inferred
};

/// Types and shapes of every value, forward through the nodes. Nodes without a definition leave their outputs as
/// declared in the file. Never calls libonnx. Invalid, with the node, when operands cannot be right.
Result<Inference> inferShapes(const Graph& graph, const InferOptions& options = {});
/// The same without copying the graph, which is left as it was when there is an error.
Result<Inference> inferShapes(Graph&& graph, const InferOptions& options = {});

/// Nodes that the reference code cannot run, with the reason each; empty when the model can run. Of a node in a graph
/// inside a node, `node` is the one of the model's own graph.
struct Refusal {
  NodeId node = kNone;
  Reason reason;
  std::string inside = {};  ///< where in the graphs of `node`: "then_branch: node 'x' (Foo)"; empty: the node itself
};
std::vector<Refusal> findUnsupported(const Graph& graph);

/// Unsupported, naming the first few refused operators, or success.
Status requireSupported(const Graph& graph);

/// Cost of a node of an inferred graph; zeros when a shape is not known.
Cost costOf(const Graph& inferred, const Node& node);

}  // namespace ew::ops
