// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>

#include "core/graph/graph.h"
#include "core/onnx/tensor_proto.h"
#include "core/onnx/tensor_writer.h"

namespace ew::onnx {

/// Keeps a sparse initializer's own form in Value::unknownFields, as the only sparse_initializer of the partial GraphProto
/// there, so that export can write it again while the content is the same.
Status keepSparseForm(const pb::SparseTensorProto& proto, const TensorSource& source, Value& value);

/// Writes all initializers of a graph, each with what import left uninterpreted, and adds them to `listed`.
void writeInitializers(const Graph& graph, TensorWriter& tensors, pb::GraphProto& proto, std::set<ValueId>& listed);

}  // namespace ew::onnx
