// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "core/base/result.h"
#include "core/graph/graph_edit.h"
#include "core/onnx/proto.h"
#include "core/onnx/tensor_proto.h"
#include "core/onnx/warnings.h"

namespace ew::onnx {

/// What the reading of all graphs of one model shares.
struct ReadState {
  TensorSource source;
  Warnings warnings;
  ModelInfo info;           ///< of the model: version of IR, operator sets
  std::int64_t nodes = 0;   ///< seen so far, subgraphs included
};

/// Reads one GraphProto, front to back as the file has it. A subgraph has the reader of the graph around it as `outer`:
/// what it does not define itself becomes an input that stands for the outer value.
class GraphReader {
 public:
  GraphReader(pb::GraphProto& graph, ReadState& state, GraphReader* outer = nullptr);

  /// Once. Takes the content of the initializers out of the message.
  Result<Graph> read();
  /// After read(): the values of the outer graph behind the last inputs, in their order.
  const std::vector<ValueId>& captured() const { return outerIds_; }

 private:
  /// Who defines a value: the index of a node, or one of these.
  using Definer = std::int32_t;
  static constexpr Definer byInput = -1, byInitializer = -2, byOuterGraph = -3;
  std::string textOf(Definer definer) const;

  Result<ValueId> define(const std::string& name, Definer definer);
  ValueId known(const std::string& name) const;
  /// The value that `name` means here: one of this graph, or an input made for one of an outer graph. kNone: nothing.
  ValueId resolve(const std::string& name);
  /// The same, or Invalid.
  Result<ValueId> resolveRead(const std::string& name);
  /// Warns when the value is read before it is produced.
  void noteOrder(ValueId id, const std::string& name);

  Status applyInfo(const pb::ValueInfoProto& info, ValueId id);
  Status readInputs();
  Result<ValueId> defineConstant(const std::string& name);
  void setConstant(ValueId id, Tensor tensor);
  Status readInitializers();
  Status readSparseInitializers();
  Status defineOutputsOfNodes();
  Status readValueInfo();
  Status readNode(pb::NodeProto& proto);
  Status readAttributes(pb::NodeProto& proto, Node& node);
  Result<AttributeValue> readSubgraph(pb::GraphProto& proto, std::vector<ValueId>& captures);
  Status readNamedCaptures(const pb::NodeProto& proto, Node& node);
  Status readOutputs();
  void warnOfUnused();
  Status checkNodes() const;

  pb::GraphProto& graph_;
  ReadState& state_;
  GraphReader* outer_;
  std::int64_t depth_;
  GraphEdit edit_;
  std::vector<Definer> definers_;      ///< by value id
  std::vector<ValueId> inputs_, initializerInputs_;
  std::vector<ValueId> capturedInputs_, outerIds_;
  std::set<ValueId> pendingInputs_;    ///< inputs whose initializer has not been read yet
  std::vector<bool> produced_;         ///< by value id: by a node that has been read
  std::unordered_set<std::string_view> nodeNames_;
};

}  // namespace ew::onnx
