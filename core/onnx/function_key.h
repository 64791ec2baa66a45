// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string>
#include <vector>

#include "core/onnx/proto.h"

namespace ew::onnx {

/// What a call names: domain ("" for ai.onnx), name, overload. The last came with IR version 10: these protobuf classes
/// see an unknown field.
using FunctionKey = std::array<std::string, 3>;

FunctionKey keyOf(const pb::FunctionProto& function);
FunctionKey keyOf(const pb::NodeProto& call);

/// Attributes that have a default, which came after these protobuf classes.
std::vector<pb::AttributeProto> defaultAttributes(const pb::FunctionProto& function);

}  // namespace ew::onnx
