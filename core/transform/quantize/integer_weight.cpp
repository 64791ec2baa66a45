// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <limits>

#include "core/transform/quantize/plan.h"

namespace ew::transform {
namespace {

constexpr float steps = 127;

/// The largest finite |w| of each slice.
std::vector<float> magnitudes(std::span<const float> data, std::size_t inner, std::size_t slices) {
  std::vector<float> out(slices, 0.0F);
  for (std::size_t i = 0; i < data.size(); ++i) {
    float& largest = out[i / inner % slices];
    if (std::isfinite(data[i])) largest = std::max(largest, std::abs(data[i]));
  }
  return out;
}

/// Scale of a slice that is all zero: the mean of the others, so that its bias keeps a useful step.
float scaleOfZeros(const std::vector<float>& largest) {
  double sum = 0;
  std::size_t count = 0;
  for (const float value : largest) {
    if (value == 0) continue;
    sum += static_cast<double>(value);
    ++count;
  }
  return count == 0 ? 1.0F : static_cast<float>(sum / static_cast<double>(count)) / steps;
}

}  // namespace

Result<IntegerWeight> integerWeight(const Tensor& floats, std::optional<std::size_t> axis, const std::vector<float>& leastScales) {
  const std::span<const float> data = floats.data<float>();
  std::size_t slices = 1, inner = std::max<std::size_t>(1, data.size());
  if (axis) {
    slices = static_cast<std::size_t>(floats.dim(*axis));
    inner = static_cast<std::size_t>(stridesOf(floats.dims())[*axis]);
  }
  const std::vector<float> largest = magnitudes(data, inner, slices);
  std::vector<float> scales(slices);
  for (std::size_t c = 0; c < slices; ++c) {
    scales[c] = largest[c] > 0 ? largest[c] / steps : scaleOfZeros(largest);
    scales[c] = std::max(scales[c], std::numeric_limits<float>::min());
    if (c < leastScales.size()) scales[c] = std::max(scales[c], leastScales[c]);
  }
  EW_ASSIGN(Tensor integers, Tensor::create(DType::i8, floats.dims()));
  const std::span<std::int8_t> to = integers.mutableData<std::int8_t>();
  for (std::size_t i = 0; i < data.size(); ++i) {
    const float scaled = std::nearbyint(data[i] / scales[i / inner % slices]);
    to[i] = std::isnan(scaled) ? std::int8_t{0} : static_cast<std::int8_t>(std::clamp(scaled, -steps, steps));
  }
  const Dims dims = axis ? Dims{static_cast<std::int64_t>(slices)} : Dims{};
  return IntegerWeight{std::move(integers), Tensor::of<float>(dims, scales), Tensor::zeros(DType::i8, dims)};
}

}  // namespace ew::transform
