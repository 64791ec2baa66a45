// SPDX-License-Identifier: Apache-2.0
#include "core/onnx/contents.h"

#include "core/onnx/parse.h"
#include "core/onnx/proto.h"

namespace ew::onnx {

StoredForm storedForm(const Value& value) {
  StoredForm out;
  pb::GraphProto rest;
  if (value.unknownFields.empty() || !parseMessage(rest, value.unknownFields)) return out;
  out.sparse = rest.sparse_initializer_size() > 0;
  for (const pb::TensorProto& tensor : rest.initializer())
    for (const pb::StringStringEntryProto& entry : tensor.external_data())
      if (entry.key() == "location") out.externalFile = entry.value();
  return out;
}

std::vector<FunctionFacts> functionsOf(const ModelInfo& info) {
  std::vector<FunctionFacts> out;
  for (const std::string& bytes : info.functions) {
    pb::FunctionProto function;
    if (parseMessage(function, bytes)) out.push_back({function.domain(), function.name(), function.node_size()});
  }
  return out;
}

}  // namespace ew::onnx
