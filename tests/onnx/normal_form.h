// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <onnx/onnx_pb.h>

namespace ew::test {

/// Rewrites a model so that two files with the same meaning become the same message: tensors as raw data, attributes,
/// initializers and value infos by name, the default domain by its short name.
void toNormalForm(::onnx::ModelProto& model);

}  // namespace ew::test
