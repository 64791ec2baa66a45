// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/ops/dispatch.h"
#include "core/ops/op.h"
#include "core/ops/requantize.h"

namespace ew::ops {

/// Scale and zero point of a byte operand, one of each or one a channel.
struct QuantParameters {
  std::vector<float> scales;
  std::vector<std::int32_t> zeroPoints;

  float scale(std::size_t channel = 0) const { return scales[scales.size() == 1 ? 0 : channel]; }
  std::int32_t zeroPoint(std::size_t channel = 0) const { return zeroPoints[zeroPoints.size() == 1 ? 0 : channel]; }
};

/// The parameters at inputs `scaleIndex` and `zeroPointIndex` (which may be absent: 0) for an operand of `type`; one of
/// each, or with channels > 1 that many. Invalid on another count or type, or a scale that is negative or not finite.
Result<QuantParameters> quantParameters(const ComputeContext& context, std::size_t scaleIndex, std::size_t zeroPointIndex,
                                        DType type, std::int64_t channels = 1);

/// The zero points at input `index` alone: one, or with channels > 1 that many; a single 0 when it is absent.
Result<std::vector<std::int32_t>> zeroPoints(const ComputeContext& context, std::size_t index, DType type, std::int64_t channels);

/// Whether the node asks for fixed-point requantization (attribute requantization="fixed"); Invalid on another word.
Result<bool> usesFixedPoint(const Node& node);

/// A Requantizer for a real multiplier; Invalid when it is not finite, as with a y_scale of 0.
Result<Requantizer> requantizerFor(float multiplier, std::int32_t zeroPoint, bool fixed);

/// The bytes of an 8-bit tensor without their zero point. Unsupported for other types.
Result<std::vector<std::int32_t>> centred(const Tensor& bytes, std::int32_t zeroPoint);

/// The type of zero-point input `index`, where an absent one means `otherwise`.
DType zeroPointType(const InferContext& context, std::size_t index, DType otherwise);
DType zeroPointType(const ComputeContext& context, std::size_t index, DType otherwise);

/// Output 0 = the input seen through f: y = quantize(f(dequantize(x))), one table entry for each byte. Inputs: X,
/// X_scale, X_zero_point, Y_scale, Y_zero_point. What QLinearSigmoid and its like are.
template <class F>
Status byteFunction(ComputeContext& context, F f);
/// Output 0 has the shape of input 0 and the type of the zero point at input `zeroPointIndex`.
Status inferBytesLikeInput(InferContext& context, std::size_t zeroPointIndex);

/// y[i] = table[x[i] - lowest value of x's type]. x and the 256 table entries are bytes.
Result<Tensor> lookedUp(const Tensor& x, const Tensor& table);

template <class F>
Status byteFunction(ComputeContext& context, F f) {
  const Tensor& x = context.inputs[0];
  EW_ASSIGN(const QuantParameters in, quantParameters(context, 1, 2, x.dtype()));
  EW_ASSIGN(const QuantParameters out, quantParameters(context, 3, 4, x.dtype()));
  Tensor table = Tensor::zeros(x.dtype(), {256});
  EW_TRY(dispatchByte(x.dtype(), [&]<class T>() {
    for (std::int32_t i = 0; i < 256; ++i) {
      const float value = dequantizeValue(i + std::numeric_limits<T>::min(), in.scale(), in.zeroPoint());
      table.mutableData<T>()[static_cast<std::size_t>(i)] = quantizeValue<T>(f(value), out.scale(), out.zeroPoint());
    }
  }));
  EW_ASSIGN(context.outputs[0], lookedUp(x, table));
  return {};
}

}  // namespace ew::ops
