// SPDX-License-Identifier: Apache-2.0
#include "core/ops/quantized.h"

#include <algorithm>
#include <cmath>

namespace ew::ops {

namespace {

bool countFits(const Tensor& tensor, std::int64_t channels) { return tensor.size() == 1 || (tensor.size() == channels && channels > 0); }

}  // namespace

Result<std::vector<std::int32_t>> zeroPoints(const ComputeContext& context, std::size_t index, DType type, std::int64_t channels) {
  if (!context.has(index)) return std::vector<std::int32_t>{0};
  const Tensor& zeroPoint = context.inputs[index];
  if (zeroPoint.dtype() != type || !countFits(zeroPoint, channels))
    return invalid("zero point at input " + std::to_string(index) + " is " + std::string(dtypeName(zeroPoint.dtype())) + " of shape " +
                   dimsText(zeroPoint.dims()) + " for an operand of " + std::string(dtypeName(type)));
  EW_ASSIGN(const std::vector<std::int64_t> values, toInts(zeroPoint));
  std::vector<std::int32_t> out(values.size());
  std::ranges::transform(values, out.begin(), [](std::int64_t value) { return static_cast<std::int32_t>(value); });
  return out;
}

Result<QuantParameters> quantParameters(const ComputeContext& context, std::size_t scaleIndex, std::size_t zeroPointIndex,
                                        DType type, std::int64_t channels) {
  EW_TRY(dispatchByte(type, []<class T>() {}));
  const std::string which = "scale at input " + std::to_string(scaleIndex);
  const Tensor& scale = context.inputs[scaleIndex];
  if (!isFloat(scale.dtype()) || !countFits(scale, channels))
    return invalid(which + " is " + std::string(dtypeName(scale.dtype())) + " of shape " + dimsText(scale.dims()) + ", not one value or " +
                   std::to_string(channels));
  QuantParameters out;
  EW_ASSIGN(const Tensor scales, toFloat32(scale));
  for (const float value : scales.data<float>()) {
    if (!std::isfinite(value) || value < 0) return invalid(which + " is " + std::to_string(value));
    out.scales.push_back(value);
  }
  EW_ASSIGN(out.zeroPoints, ew::ops::zeroPoints(context, zeroPointIndex, type, channels));
  return out;
}

Result<bool> usesFixedPoint(const Node& node) {
  const std::string mode = node.attributes.getString("requantization", "float");
  if (mode != "float" && mode != "fixed") return invalid("attribute requantization is neither float nor fixed");
  return mode == "fixed";
}

Result<Requantizer> requantizerFor(float multiplier, std::int32_t zeroPoint, bool fixed) {
  if (!std::isfinite(multiplier)) return invalid("the ratio of the scales is not finite");
  return Requantizer(multiplier, zeroPoint, fixed);
}

Result<std::vector<std::int32_t>> centred(const Tensor& bytes, std::int32_t zeroPoint) {
  EW_TRY(checkAllocation(DType::i32, bytes.size()));
  std::vector<std::int32_t> out(static_cast<std::size_t>(bytes.size()));
  EW_TRY(dispatchByte(bytes.dtype(), [&]<class T>() {
    std::ranges::transform(bytes.data<T>(), out.begin(), [zeroPoint](T value) { return value - zeroPoint; });
  }));
  return out;
}

DType zeroPointType(const InferContext& context, std::size_t index, DType otherwise) {
  return context.has(index) ? context.inputs[index].dtype : otherwise;
}

DType zeroPointType(const ComputeContext& context, std::size_t index, DType otherwise) {
  return context.has(index) ? context.inputs[index].dtype() : otherwise;
}

Status inferBytesLikeInput(InferContext& context, std::size_t zeroPointIndex) {
  context.outputs[0].dtype = zeroPointType(context, zeroPointIndex, context.inputs[0].dtype);
  context.outputs[0].shape = context.inputs[0].shape;
  return {};
}

Result<Tensor> lookedUp(const Tensor& x, const Tensor& table) {
  if (table.dims() != Dims{256}) return invalid("table of shape " + dimsText(table.dims()) + " does not have 256 entries");
  EW_TRY(dispatchByte(table.dtype(), []<class T>() {}));
  EW_ASSIGN(Tensor y, Tensor::create(table.dtype(), x.dims()));
  const std::span<const std::byte> entries = table.bytes();
  EW_TRY(dispatchByte(x.dtype(), [&]<class T>() {
    std::ranges::transform(x.data<T>(), y.mutableBytes().begin(),
                           [entries](T value) { return entries[static_cast<std::size_t>(value - std::numeric_limits<T>::min())]; });
  }));
  return y;
}

}  // namespace ew::ops
