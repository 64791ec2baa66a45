// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace ew::ops {

/// Operators of ai.onnx that are put into a graph for execution only (core/run/lowering), at the version that the graph
/// imports under this name: so a model of an old opset runs operators of a newer one, and no other node changes meaning.
inline constexpr std::string_view executionDomain = "edgewright.onnx";

/// Whether operators of the domain mean what ai.onnx says.
inline bool isOnnxDomain(std::string_view domain) { return domain.empty() || domain == "ai.onnx" || domain == executionDomain; }

}  // namespace ew::ops
