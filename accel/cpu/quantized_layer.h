// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "accel/cpu/builder.h"
#include "core/ops/quantized.h"

namespace ew::cpu {

/// Which inputs of a node hold the operands of an integer layer.
struct LayerInputs {
  std::size_t x, xScale, xZero, w, wScale, wZero, yScale, yZero, bias;
};

/// The constants of an integer layer (QLinearConv, QLinearMatMul, QGemm): y = requantize(sum of (x - xZero) * (w - wZero) + bias).
struct QuantizedLayer {
  DType xType = DType::u8, yType = DType::u8;
  std::int32_t xZero = 0, yZero = 0;
  std::int64_t channels = 0;               ///< filters or columns
  Tensor w;                                ///< as stored, u8 or i8
  std::vector<std::int32_t> wZero;         ///< one, or one a channel
  std::vector<std::int32_t> bias;          ///< one a channel; empty when there is none
  std::vector<float> multipliers;          ///< one, or one a channel
  bool fixed = false;

  std::int32_t weightZero(std::size_t channel) const { return wZero[wZero.size() == 1 ? 0 : channel]; }
};

/// Scales, zero points, weights and bias when all of them are constants that our loops take; nothing otherwise (then the
/// reference code runs, and reports what is wrong if something is). `alpha` is QGemm's.
std::optional<QuantizedLayer> quantizedLayer(const Builder& builder, const Node& node, const LayerInputs& inputs, std::int64_t channels,
                                             float alpha = 1);

/// Constant operands of a node as its reference code sees them; the others are absent.
ops::ComputeContext constantOperands(const Builder& builder, const Node& node);
/// Scale and zero point of one operand when they are one constant each; nothing otherwise.
std::optional<ops::QuantParameters> perTensor(const Builder& builder, const Node& node, std::size_t scale, std::size_t zeroPoint, DType type);
/// Whether the byte loops take this multiplier.
bool usableMultiplier(float multiplier);

/// The layer's weights without zero points, as 16-bit integers in the stored order; the channel of element i is given.
std::vector<std::int16_t> wideWeights(const QuantizedLayer& layer, const std::function<std::size_t(std::size_t)>& channelOf);

}  // namespace ew::cpu
