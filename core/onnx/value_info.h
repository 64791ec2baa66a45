// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.h"
#include "core/graph/graph.h"
#include "core/onnx/onnx_file.h"
#include "core/onnx/proto.h"

namespace ew::onnx {

/// Sets type, shape, doc string and leftovers of `value`. False when something had to be read round: a negative extent.
Result<bool> valueFromInfo(const pb::ValueInfoProto& info, const Limits& limits, Value& value);

/// Name, type, doc string and leftovers. A value of unknown type gets no type.
void valueToInfo(const Value& value, pb::ValueInfoProto& info);

/// Value::unknownFields is a partial GraphProto: what was not interpreted of the value's ValueInfoProto is its only
/// value_info, what was not interpreted of its TensorProto is its only initializer,
/// with the place of external data as it was read.
void keepTensorRest(const pb::TensorProto& proto, Value& value);
void restoreTensorRest(const Value& value, pb::TensorProto& proto);

}  // namespace ew::onnx
