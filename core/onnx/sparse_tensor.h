// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.h"
#include "core/onnx/tensor_proto.h"

namespace ew::onnx {

/// A sparse tensor as a dense one, which is what operators take; memory that stays zero is not used up. Limit when the
/// dense one would be out of proportion.
Result<Tensor> denseFromSparse(const pb::SparseTensorProto& proto, const TensorSource& source);

/// The same message with values and indices inside it, whatever files they lie in: to be kept with the document.
Result<pb::SparseTensorProto> selfContained(const pb::SparseTensorProto& proto, const TensorSource& source);

/// Whether `dense` is what the self-contained `proto` says, so that it can be written in that form again.
bool saysTheSame(const pb::SparseTensorProto& proto, const Tensor& dense);

}  // namespace ew::onnx
