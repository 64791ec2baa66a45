// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <onnx/onnx_pb.h>

#include <filesystem>

namespace ew::test {

/// Rewrites a model so that two files with the same meaning become the same message: tensors as raw data, attributes,
/// initializers and value infos by name, the default domain by its short name.
/// External data is looked for in `folder` and put into the message.
void toNormalForm(::onnx::ModelProto& model, const std::filesystem::path& folder = {});

}  // namespace ew::test
