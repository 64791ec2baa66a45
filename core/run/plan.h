// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/run/backend.h"

namespace ew {

/// Consecutive nodes that run on one backend.
struct Segment {
  std::string backend;
  std::vector<NodeId> nodes;
};

/// A node that does not run on the wanted backend, and why.
struct Fallback {
  NodeId node = kNone;
  std::string backend;              ///< where it runs instead
  Reason reason;
  std::uint64_t boundaryBytes = 0;  ///< activations that cross for it, both ways
};

/// How a layer of a quantized model runs, and why. Estimated costs, by fixed rates (core/run/lowering/decide.h), are 0 where
/// there was no choice.
struct Decision {
  NodeId node = kNone;
  std::string text;                 ///< "kept float: ..." where a choice was made, "float: ..." where there was none
  double integerMicroseconds = 0, floatMicroseconds = 0;
};

struct Plan {
  Graph graph;                      ///< inferred and lowered: what really runs
  std::vector<Segment> segments;
  std::vector<Fallback> fallbacks;
  std::vector<Decision> decisions;  ///< layers that read quantized values and do not run on integers
};

/// Infers, lowers to what backends run fast (lower), and assigns each node to `wanted`, or to
/// `fallback` with the reason. Unsupported when neither takes a node.
Result<Plan> makePlan(const Graph& graph, const Backend& wanted, const Backend& fallback, const CompileOptions& options);

/// DequantizeLinear -> op -> QuantizeLinear groups become QLinearConv, QLinearMatMul and the com.microsoft QLinear*
/// operators, whose reference code defines the integer arithmetic. Values that `options` observes stay. Origins follow.
/// A layer whose integer form would cost more stays float, by a fixed rule that all backends share; `decisions` tells of it,
/// and of layers that have no integer form.
Result<Graph> lowerQuantized(const Graph& inferred, const CompileOptions& options, std::vector<Decision>* decisions = nullptr);

/// Whether a backend has its own code for a node of a graph; a refusal keeps the pattern that the node would replace.
using Takes = std::function<bool(const Graph&, const Node&)>;
/// An inferred graph as backends run it: values that are known before running become constants, nodes that together
/// compute what one operator computes become that operator, then lowerQuantized().
Result<Graph> lower(const Graph& inferred, const CompileOptions& options, const Takes& takes, std::vector<Decision>* decisions = nullptr);

/// A sub-graph of `nodes` with the same node and value ids; its inputs are what it reads from outside, its
/// outputs what others (or the model's outputs) read from it.
Result<Graph> extract(const Graph& graph, const std::vector<NodeId>& nodes);

}  // namespace ew
