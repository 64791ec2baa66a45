// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/graph/graph.h"

namespace ew::onnx {

/// How the file keeps an initializer; for reports, since a Tensor is the same however it is kept.
struct StoredForm {
  bool sparse = false;
  std::string externalFile;  ///< empty: inside the model file
};
StoredForm storedForm(const Value& value);

/// One local function of a model.
struct FunctionFacts {
  std::string domain, name;
  std::int64_t nodes = 0;
};
std::vector<FunctionFacts> functionsOf(const ModelInfo& info);

}  // namespace ew::onnx
