// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "core/base/result.h"
#include "core/tensor/tensor.h"

namespace ew::onnx {

/// A value that was stored with its name.
struct NamedTensor {
  std::string name;
  Tensor tensor;
};

/// Reads a file that holds one TensorProto, SequenceProto or OptionalProto; `type` says which (sequence, optional, else a
/// tensor), since the wire format does not. Unsupported: maps, sparse tensors and deeper nesting.
Result<NamedTensor> readValueFile(const std::filesystem::path& path, DType type);

}  // namespace ew::onnx
