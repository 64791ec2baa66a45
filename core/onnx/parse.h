// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "core/base/mapped_file.h"
#include "core/base/result.h"
#include "core/onnx/limits.h"
#include "core/onnx/payload.h"
#include "core/onnx/proto.h"

namespace ew::onnx {

/// A model as protobuf holds it, its raw_data in a table beside it (core/onnx/payload.h).
struct ParsedModel {
  std::unique_ptr<pb::ModelProto> proto;
  std::shared_ptr<Payloads> payloads;
  std::shared_ptr<const MappedFile> file = {};  ///< when it was one
};

/// The wire format alone: nothing of the content has been looked at. Invalid says what the bytes look like instead.
/// With an `owner` that keeps the bytes alive, tensors may stay views of them.
Result<ParsedModel> parseModel(std::span<const std::byte> bytes, std::shared_ptr<const void> owner, const Limits& limits);
/// The same of a file, which is mapped.
Result<ParsedModel> parseModelFile(const std::filesystem::path& path, const Limits& limits);

/// One message of any kind; false when the bytes are malformed.
bool parseMessage(google::protobuf::MessageLite& message, const std::string& bytes, const Limits& limits = {});

}  // namespace ew::onnx
