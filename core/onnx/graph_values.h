// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph.h"
#include "core/onnx/proto.h"
#include "core/onnx/tensor_writer.h"

namespace ew::onnx {

/// Writes the inputs, outputs and initializers of a graph and what is known of all other values. The first `formalInputs`
/// inputs are written; those behind them stand for values of a graph around, which says their types.
void writeValues(const Graph& graph, std::size_t formalInputs, TensorWriter& tensors, pb::GraphProto& proto);

}  // namespace ew::onnx
