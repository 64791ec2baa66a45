// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "core/graph/attribute.h"
#include "core/tensor/tensor.h"

namespace ew {

using NodeId = std::int32_t;
using ValueId = std::int32_t;
inline constexpr std::int32_t kNone = -1;  ///< no node, no value, an absent optional input

/// One operator application. Means what the ONNX operator specification says.
struct Node {
  NodeId id = kNone;
  std::string name;    ///< may be empty, or repeated in odd files; shown by displayName()
  std::string opType;  ///< "Conv"
  std::string domain;  ///< "" for ai.onnx
  std::vector<ValueId> inputs;   ///< kNone for an absent optional input
  std::vector<ValueId> outputs;  ///< kNone for an unused optional output
  /// Outer values that the subgraphs read: for each subgraph attribute in order of name, one for each of its captures.
  std::vector<ValueId> captures;
  Attributes attributes;
  std::vector<NodeId> origin;    ///< ids of the nodes of the imported model that this came from
  std::string docString;
  std::string unknownFields;     ///< wire bytes that our protobuf does not know

  /// The id of the value at input or output `index`, kNone when there is none.
  ValueId input(std::size_t index) const { return index < inputs.size() ? inputs[index] : kNone; }
  ValueId output(std::size_t index) const { return index < outputs.size() ? outputs[index] : kNone; }
};

/// A named tensor that nodes pass on. Its constant content, when it has one, is Graph::initializer().
struct Value {
  ValueId id = kNone;
  std::string name;
  DType dtype = DType::none;
  std::optional<Shape> shape;  ///< nothing: rank unknown
  std::string opaqueType;      ///< serialized TypeProto of a sequence, map or optional
  std::string docString;
  std::string unknownFields;   ///< wire bytes that import did not interpret (core/onnx/value_info.h)
};

/// What a model file says beside its graph; kept so that export loses nothing.
struct ModelInfo {
  std::int64_t irVersion = 8;
  std::map<std::string, std::int64_t> opsets{{"", 17}};  ///< domain -> version
  std::string producerName, producerVersion, domain, docString;
  std::int64_t modelVersion = 0;
  std::vector<std::pair<std::string, std::string>> metadata;
  std::string graphName, graphDocString;
  std::vector<std::string> functions;    ///< serialized FunctionProto
  std::string modelUnknown, graphUnknown;///< wire bytes of fields not interpreted (training_info, annotations, newer)
};

class GraphEdit;

/// An ONNX graph in memory: nodes in execution order with stable ids, values, constants. Copying one copies no
/// weights. Changed only through GraphEdit.
class Graph {
 public:
  const std::vector<Node>& nodes() const { return nodes_; }     ///< in topological order
  const Node* node(NodeId id) const;                            ///< nullptr when there is none
  const Node* nodeNamed(const std::string& displayName) const;  ///< the first by displayName()
  /// Ids of values are indices below valueCount(); removed values keep their slot with id kNone.
  std::size_t valueCount() const { return values_.size(); }
  const Value& value(ValueId id) const { return values_[static_cast<std::size_t>(id)]; }
  ValueId valueNamed(const std::string& name) const;            ///< kNone when there is none

  const std::vector<ValueId>& inputs() const { return inputs_; }   ///< without initializers
  const std::vector<ValueId>& outputs() const { return outputs_; }
  const Tensor* initializer(ValueId id) const;                  ///< nullptr when it is not a constant
  const std::map<ValueId, Tensor>& initializers() const { return initializers_; }
  bool isInput(ValueId id) const;
  bool isOutput(ValueId id) const;

  NodeId producer(ValueId id) const;                            ///< kNone for inputs and initializers
  /// Nodes that read the value (once each, in execution order), subgraph captures included.
  std::vector<NodeId> consumers(ValueId id) const;

  const ModelInfo& info() const { return info_; }
  /// Version of the operator set of `domain`; 0 when the model imports none.
  std::int64_t opset(const std::string& domain = {}) const;
  /// Initializers that the file also lists among its inputs (IR < 4).
  const std::vector<ValueId>& initializerInputs() const { return initializerInputs_; }

 private:
  friend class GraphEdit;
  void reindex();

  std::vector<Node> nodes_;
  std::vector<Value> values_;
  std::map<ValueId, Tensor> initializers_;
  std::vector<ValueId> inputs_, outputs_, initializerInputs_;
  ModelInfo info_;
  NodeId nextNode_ = 0;
  // derived by reindex()
  std::unordered_map<NodeId, std::size_t> position_;
  std::unordered_map<std::string, ValueId> byName_;
  std::vector<NodeId> producer_;
  std::vector<std::vector<NodeId>> consumers_;
};

/// The graph of an attribute. Its inputs are its formal inputs and then one for each outer value that it reads: the k-th
/// of these stands for that entry of the owning Node's captures, so that an outer value may be renamed or replaced
/// without touching the subgraph.
struct Subgraph {
  Graph graph;
  std::size_t captures = 0;  ///< so many of the last inputs are captured
  std::size_t formalInputs() const { return graph.inputs().size() - captures; }
};

/// What the user calls a node: its name, or "Op_of_output" (escaped by the caller) when the file gives none.
std::string displayName(const Graph& graph, const Node& node);

/// Checks the invariants: one producer a value, ids in range, topological order possible, outputs produced.
Status verify(const Graph& graph);

}  // namespace ew
