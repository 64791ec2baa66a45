// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "core/base/result.h"
#include "core/onnx/onnx_file.h"
#include "core/onnx/proto.h"
#include "core/tensor/tensor.h"

namespace ew::onnx {

/// Where external data may lie, and how large a tensor may be.
struct TensorSource {
  std::filesystem::path folder;
  Limits limits;
};

/// The content, in aligned memory of its own. Nothing is allocated before the data is known to be there.
/// Unsupported: an element type that has no DType.
Result<Tensor> tensorFromProto(const pb::TensorProto& proto, const TensorSource& source);

/// A sparse tensor as a dense one. Limit when the dense one would be out of proportion.
Result<Tensor> denseFromSparse(const pb::SparseTensorProto& proto, const TensorSource& source);

/// Sets dims, type and data (raw, or strings), replacing what is there; leaves name and doc string.
void tensorToProto(const Tensor& tensor, pb::TensorProto& proto);

}  // namespace ew::onnx
