// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "core/base/result.h"
#include "core/onnx/external_data.h"
#include "core/onnx/limits.h"
#include "core/onnx/payload.h"
#include "core/onnx/proto.h"
#include "core/tensor/tensor.h"

namespace ew::onnx {

/// Where the bytes of a model's tensors lie, and how large a tensor may be.
struct TensorSource {
  std::filesystem::path folder;
  Limits limits;
  std::shared_ptr<const Payloads> payloads = {};  ///< nothing: raw_data is in the messages
  std::shared_ptr<ExternalFiles> files = std::make_shared<ExternalFiles>();
  std::int64_t sparseElements = 0;  ///< of the sparse initializers read so far
};

/// The content: a view of a mapped file where it lies in one, else in aligned memory of its own. Nothing is allocated
/// before the data is known to be there. Unsupported: an element type that has no DType.
Result<Tensor> tensorFromProto(const pb::TensorProto& proto, const TensorSource& source);

/// Extents within the limits, none of them negative.
Result<Dims> validDims(const google::protobuf::RepeatedField<std::int64_t>& from, const Limits& limits);

/// Sets dims, type and data (raw, or strings), replacing what is there; leaves name and doc string. For a single tensor:
/// those of a model go through TensorWriter.
void tensorToProto(const Tensor& tensor, pb::TensorProto& proto);

}  // namespace ew::onnx
