// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "core/device/systolic.h"
#include "core/graph/graph.h"

namespace ew::device {

/// The matrix product that a convolution, Gemm or MatMul (float or integer) is, from the shapes of an inferred graph;
/// nothing for other operators and unknown shapes. Weights, bias and activations count at their stored width.
std::optional<MatrixWork> matrixWork(const Graph& graph, const Node& node);

/// Packed bytes of a value, constant or not; 0 when type or shape is unknown.
std::int64_t valueBytes(const Graph& graph, ValueId id);

}  // namespace ew::device
