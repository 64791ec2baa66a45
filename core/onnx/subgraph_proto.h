// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.h"
#include "core/graph/graph.h"
#include "core/onnx/proto.h"
#include "core/onnx/tensor_writer.h"

namespace ew::onnx {

using NodeWriter = Status (*)(const Graph& graph, const Node& node, TensorWriter& tensors, pb::NodeProto& proto);

/// Writes the graphs of the node's subgraph attributes into those of `proto`, which has the attributes already. A captured
/// value gets the name that it has in `graph`; an inner name that is the same as such a name is changed.
Status writeSubgraphs(const Graph& graph, const Node& node, NodeWriter writeNode, TensorWriter& tensors, pb::NodeProto& proto);

}  // namespace ew::onnx
