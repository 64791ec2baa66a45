// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "core/device/profile.h"
#include "core/graph/graph.h"
#include "core/ops/op.h"

namespace ew::fpga {

/// A matrix product on the array, prepared once for a node.
class Layer {
 public:
  virtual ~Layer() = default;
  /// Fills the outputs with the same bytes as the operator's reference code.
  virtual Status run(ops::ComputeContext& context) const = 0;
};

/// QLinearConv. Constant filters are packed here, others in each run.
std::unique_ptr<Layer> makeConvLayer(const Graph& graph, const Node& node, const device::SystolicArray& array, int threads);
/// QLinearMatMul and QGemm.
std::unique_ptr<Layer> makeMatrixLayer(const Node& node, const device::SystolicArray& array, int threads);

}  // namespace ew::fpga
