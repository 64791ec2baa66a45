// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "core/base/result.h"
#include "core/onnx/onnx_file.h"
#include "core/onnx/proto.h"

namespace ew::onnx {

/// The wire format alone: nothing of the content has been looked at. Invalid says what the bytes look like instead.
Result<std::unique_ptr<pb::ModelProto>> parseModel(const std::string& bytes, const Limits& limits);

/// One message of any kind; false when the bytes are malformed.
bool parseMessage(google::protobuf::MessageLite& message, const std::string& bytes, const Limits& limits = {});

}  // namespace ew::onnx
