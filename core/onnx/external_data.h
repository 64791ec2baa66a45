// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>

#include "core/base/mapped_file.h"
#include "core/base/result.h"
#include "core/onnx/proto.h"

namespace ew::onnx {

/// The files of external data of one model that are mapped already, by location.
using ExternalFiles = std::map<std::string, std::shared_ptr<const MappedFile>>;

/// Bytes of a regular file inside the model's folder.
struct ExternalBytes {
  std::span<const std::byte> bytes;
  std::shared_ptr<const MappedFile> file;
};

/// Reads and checks location, offset and length, and maps the file. `wanted` is the number of bytes that the tensor needs.
Result<ExternalBytes> externalBytes(const pb::TensorProto& proto, const std::filesystem::path& folder, std::int64_t fileLimit,
                                    ExternalFiles& files, std::int64_t wanted);

/// The location; empty when it has none.
std::string locationOf(const pb::TensorProto& proto);

}  // namespace ew::onnx
