// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "core/device/matrix_work.h"
#include "core/graph/graph.h"
#include "core/ops/infer.h"

namespace ew::simulate {

/// Which of the profile's rates a layer runs at.
enum class LayerKind { Matrix, Depthwise, Conv3x3, FewChannels, Vector, Fused };

/// What one layer has to do, whatever the device.
struct LayerWork {
  const Graph* graph = nullptr;
  const Node* node = nullptr;
  LayerKind kind = LayerKind::Vector;
  bool integer = false;            ///< 8-bit operands with int32 sums
  bool known = true;               ///< false: no definition of the operator, or its shapes are unknown
  std::int64_t macs = 0;
  std::int64_t operations = 0;     ///< MACs, or the scalar operations of a layer without
  std::int64_t bytes = 0;          ///< activations in and out, and weights
  std::optional<device::MatrixWork> matrix;
};

/// The layers of an inferred (and lowered) graph in execution order. Views, shape arithmetic and constants are no
/// layers; activations and normalizations right behind the layer that they end in are `Fused`.
std::vector<LayerWork> layersOf(const ops::Inference& inference);

}  // namespace ew::simulate
