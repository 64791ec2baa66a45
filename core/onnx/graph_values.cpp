// SPDX-License-Identifier: Apache-2.0
#include "core/onnx/graph_values.h"

#include <set>

#include "core/onnx/initializer_proto.h"
#include "core/onnx/value_info.h"

namespace ew::onnx {

void writeValues(const Graph& graph, std::size_t formalInputs, TensorWriter& tensors, pb::GraphProto& proto) {
  std::set<ValueId> listed;
  for (std::size_t i = 0; i < graph.inputs().size(); ++i) {
    const ValueId id = graph.inputs()[i];
    if (i < formalInputs) valueToInfo(graph.value(id), *proto.add_input());
    listed.insert(id);  // the type of a captured value stands where it is produced
  }
  for (const ValueId id : graph.initializerInputs()) {
    valueToInfo(graph.value(id), *proto.add_input());
    listed.insert(id);
  }
  for (const ValueId id : graph.outputs()) {
    valueToInfo(graph.value(id), *proto.add_output());
    listed.insert(id);
  }
  writeInitializers(graph, tensors, proto, listed);
  for (std::size_t i = 0; i < graph.valueCount(); ++i) {
    const Value& value = graph.value(static_cast<ValueId>(i));
    const bool says = value.dtype != DType::none || value.shape || !value.opaqueType.empty() || !value.docString.empty();
    if (value.id != kNone && says && !listed.contains(value.id)) valueToInfo(value, *proto.add_value_info());
  }
}

}  // namespace ew::onnx
