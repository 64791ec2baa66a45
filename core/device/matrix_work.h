// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "core/device/systolic.h"
#include "core/graph/graph.h"

namespace ew::device {

/// The matrix product that a convolution, Gemm or MatMul (float or integer) is, from the shapes of an inferred graph;
/// nothing for other operators and unknown shapes. Weights, bias and activations count at their stored width.
std::optional<MatrixWork> matrixWork(const Graph& graph, const Node& node);

/// Cycles that a node of an inferred graph takes on an array: its product, or one element a column and cycle for what
/// only combines or moves values. Views, and tables at the array's output (QLookup), take none.
SystolicCycles arrayCycles(const Graph& graph, const Node& node, const SystolicArray& array);

/// Packed bytes of a value, constant or not; 0 when type or shape is unknown.
std::int64_t valueBytes(const Graph& graph, ValueId id);

}  // namespace ew::device
