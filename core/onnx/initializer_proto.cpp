// SPDX-License-Identifier: Apache-2.0
#include "core/onnx/initializer_proto.h"

#include "core/onnx/parse.h"
#include "core/onnx/sparse_tensor.h"
#include "core/onnx/value_info.h"

namespace ew::onnx {
namespace {

bool writeSparse(const Value& value, const Tensor& tensor, pb::GraphProto& proto) {
  if (value.unknownFields.empty()) return false;
  pb::GraphProto rest;
  if (!parseMessage(rest, value.unknownFields) || rest.sparse_initializer_size() == 0) return false;
  pb::SparseTensorProto& kept = *rest.mutable_sparse_initializer(0);
  if (!saysTheSame(kept, tensor)) return false;
  kept.mutable_values()->set_name(value.name);
  proto.add_sparse_initializer()->Swap(&kept);
  return true;
}

}  // namespace

Status keepSparseForm(const pb::SparseTensorProto& proto, const TensorSource& source, Value& value) {
  pb::GraphProto rest;
  if (!value.unknownFields.empty()) (void)parseMessage(rest, value.unknownFields);
  EW_ASSIGN(*rest.add_sparse_initializer(), selfContained(proto, source));
  value.unknownFields = rest.SerializeAsString();
  return {};
}

void writeInitializers(const Graph& graph, TensorWriter& tensors, pb::GraphProto& proto, std::set<ValueId>& listed) {
  for (const auto& [id, tensor] : graph.initializers()) {
    listed.insert(id);
    const Value& value = graph.value(id);
    if (writeSparse(value, tensor, proto)) continue;
    pb::TensorProto& initializer = *proto.add_initializer();
    restoreTensorRest(value, initializer);
    initializer.set_name(value.name);
    tensors.write(tensor, initializer);
  }
}

}  // namespace ew::onnx
