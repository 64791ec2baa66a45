// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <span>

#include "core/base/result.h"
#include "core/onnx/proto.h"

namespace ew::onnx {

/// Where a tensor's bytes lie: a regular file inside the model's folder.
struct ExternalRange {
  std::filesystem::path file;
  std::int64_t offset = 0;
  std::int64_t length = -1;  ///< -1: not stated
};

/// Reads and checks location, offset and length; the range is known to lie inside the file.
/// `wanted` is the number of bytes that the tensor needs.
Result<ExternalRange> externalRange(const pb::TensorProto& proto, const std::filesystem::path& folder,
                                    std::int64_t wanted);

Status readRange(const ExternalRange& range, std::span<std::byte> to);

}  // namespace ew::onnx
