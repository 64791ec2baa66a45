// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.h"
#include "core/graph/attribute.h"
#include "core/onnx/proto.h"
#include "core/onnx/tensor_proto.h"
#include "core/onnx/tensor_writer.h"

namespace ew::onnx {

/// Whether it is one graph: core/onnx/graph_reader.h reads it, since a graph can read values around it.
bool holdsGraph(const pb::AttributeProto& proto);

/// Any attribute but a graph.
Result<AttributeValue> attributeFromProto(const pb::AttributeProto& proto, const TensorSource& source);

/// What attributeFromProto() does not hold: doc strings, a tensor's name, newer fields. Empty message: nothing.
pb::AttributeProto attributeRest(const pb::AttributeProto& proto);

/// Writes name and value over what `proto` holds already (the rest). Of a graph only name and type: writeSubgraphs()
/// (core/onnx/subgraph_proto.h) writes the content. Invalid: opaque bytes that are no attribute.
Status attributeToProto(const std::string& name, const AttributeValue& value, TensorWriter& tensors,
                        pb::AttributeProto& proto);

}  // namespace ew::onnx
