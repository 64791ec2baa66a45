// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.h"
#include "core/graph/graph.h"

namespace ew::onnx {

inline constexpr std::int64_t kNewestIr = 14;     ///< of onnx 1.23
inline constexpr std::int64_t kNewestOpset = 28;  ///< of ai.onnx that core/ops knows

/// What is newer than that, in words; empty when nothing is. Such a model opens, is shown and exported, and does not run.
std::string tooNew(const ModelInfo& info);
/// Unsupported with those words.
Status requireKnownVersions(const ModelInfo& info);

}  // namespace ew::onnx
