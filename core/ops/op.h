// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/reason.h"
#include "core/base/result.h"
#include "core/graph/graph.h"

namespace ew::ops {

/// What inference knows of the tensors in a sequence, or of what an optional holds.
struct ItemFacts {
  DType dtype = DType::none;
  std::optional<Shape> shape;                 ///< what all of them have; an extent in which they differ is unknown
  std::shared_ptr<const ItemFacts> item = {}; ///< of an optional that holds a sequence
};

/// What inference knows of a value: element type, shape, and its content when it is constant (an initializer or
/// computed from constants and shapes).
struct ValueFacts {
  DType dtype = DType::none;
  std::optional<Shape> shape;
  const Tensor* constant = nullptr;
  /// Integers known only in part, as shape arithmetic on dynamic extents gives them ({N, 3, 8}); nullptr when nothing is.
  const std::vector<Dim>* elements = nullptr;
  std::shared_ptr<const ItemFacts> item = {};  ///< of a sequence or an optional; nullptr when nothing is known
};

/// Infers the subgraphs of the node at hand (If, Loop, Scan and their like).
class SubgraphInferer;
/// Runs them.
class SubgraphRunner;

/// What an operator's inference sees. Outputs start empty; leave what cannot be told.
struct InferContext {
  const Node& node;
  std::int64_t opset;                    ///< version of the node's domain in this model
  std::vector<ValueFacts> inputs;        ///< in order; dtype none for an absent input
  struct Output {
    DType dtype = DType::none;
    std::optional<Shape> shape;
    std::optional<std::vector<Dim>> elements;  ///< set by operators of shape arithmetic when something is known
    std::shared_ptr<const ItemFacts> item = {};  ///< of a sequence or an optional
  };
  std::vector<Output> outputs;           ///< one for each of node.outputs
  SubgraphInferer* subgraphs = nullptr;  ///< nullptr where the caller cannot infer any

  bool has(std::size_t index) const { return index < inputs.size() && node.input(index) != kNone; }
  /// Integers of a constant input, e.g. the shape operand of Reshape; nothing when absent or not constant.
  std::optional<std::vector<std::int64_t>> constantInts(std::size_t index) const;
  /// The same where some of them may be dynamic: from the constant, or from ValueFacts::elements.
  std::optional<std::vector<Dim>> knownElements(std::size_t index) const;
  bool wants(std::size_t index) const { return node.output(index) != kNone; }
};

/// What an operator's reference code sees. Fill one output for each wanted node output.
struct ComputeContext {
  const Node& node;
  std::int64_t opset;
  std::vector<Tensor> inputs;            ///< dtype none for an absent optional input
  std::vector<Tensor> outputs;           ///< sized to node.outputs
  SubgraphRunner* subgraphs = nullptr;   ///< nullptr where the caller cannot run any (constant folding)

  bool has(std::size_t index) const { return index < inputs.size() && inputs[index].present(); }
  bool wants(std::size_t index) const { return node.output(index) != kNone; }
};

class SubgraphInferer {
 public:
  virtual ~SubgraphInferer() = default;
  /// What the graph of `attribute` gives out for these formal inputs; captured values are known to the inferer.
  virtual Result<std::vector<InferContext::Output>> infer(const std::string& attribute, std::span<const ValueFacts> inputs) = 0;
};

class SubgraphRunner {
 public:
  virtual ~SubgraphRunner() = default;
  /// The outputs of the graph of `attribute` for these formal inputs; captured values are known to the runner.
  virtual Result<std::vector<Tensor>> run(const std::string& attribute, std::span<const Tensor> inputs) = 0;
};

/// Work of one application of an operator: multiply-accumulates, and other scalar operations.
struct Cost {
  std::int64_t macs = 0;
  std::int64_t flops = 0;  ///< operations that are no MAC: comparisons, additions, exponentials, one each
};

using InferFn = Status (*)(InferContext&);
using ComputeFn = Status (*)(ComputeContext&);
/// Both are called through runInfer() and runCompute(), which check what every operator relies on.
/// Shapes are known when it is called (inputs then outputs, concrete).
using CostFn = Cost (*)(const Node&, std::span<const Dims> inputs, std::span<const Dims> outputs);

/// One operator: its definition, inference, reference code and cost, all in core/ops/<op>.cpp.
struct OpDef {
  std::string_view name;
  std::string_view domain = {}; ///< "" for ai.onnx
  int sinceVersion = 1;         ///< first opset version that this code implements
  int lastVersion = 28;         ///< last opset version whose meaning it is known to have
  InferFn infer = nullptr;
  ComputeFn compute = nullptr;  ///< the definition: plain loops
  CostFn cost = nullptr;        ///< nullptr: no MACs, one operation an output element
  bool deterministic = true;    ///< false for random operators: never folded
  int requiredInputs = 1;       ///< the first so many inputs are never absent
  int mostInputs = 1 << 30;     ///< more are Invalid; left open where inference and code look only at those they know
  bool takesLists = false;      ///< inputs may be sequences and optionals; every other operator is given tensors alone
};

/// All operators, in alphabetical order (core/ops/catalog.cpp).
std::span<const OpDef> catalog();
/// The definition for a node, or the reason why there is none.
struct Lookup { const OpDef* def = nullptr; Reason reason; };
Lookup findOp(std::string_view opType, std::string_view domain, std::int64_t opset);
inline Lookup findOp(const Graph& graph, const Node& node) { return findOp(node.opType, node.domain, graph.opset(node.domain)); }

/// Infers one node: Invalid when a required input is absent or the node has no output.
Status runInfer(const OpDef& def, InferContext& context);
/// Runs one node on the reference code: Invalid as above, Limit when memory runs out.
Status runCompute(const OpDef& def, ComputeContext& context);

}  // namespace ew::ops
