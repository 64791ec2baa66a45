// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "core/analysis/analysis.h"
#include "core/analysis/weights.h"

namespace ew::analysis {
namespace {

/// A tensor seen as [outer, channels, inner].
struct Slices {
  std::int64_t outer = 1, channels = 1, inner = 1;
};

Slices slicesOf(const Dims& dims, std::int64_t axis) {
  Slices out;
  for (std::int64_t i = 0; i < std::ssize(dims); ++i) {
    std::int64_t& part = i < axis ? out.outer : (i == axis ? out.channels : out.inner);
    part *= dims[static_cast<std::size_t>(i)];
  }
  return out;
}

/// Statistics of `element(i) - zero(channel)`, in stored units.
template <class Element, class Zero>
std::vector<ChannelStats> scan(const Slices& slices, Element element, Zero zero) {
  std::vector<ChannelStats> out(static_cast<std::size_t>(slices.channels));
  std::size_t index = 0;
  for (std::int64_t o = 0; o < slices.outer; ++o) {
    for (std::size_t c = 0; c < out.size(); ++c) {
      ChannelStats& stats = out[c];
      const auto offset = zero(c);
      for (std::int64_t i = 0; i < slices.inner; ++i, ++index) {
        const auto difference = element(index) - offset;
        const auto x = static_cast<double>(difference);
        if (stats.count == 0) stats.low = stats.high = x;
        ++stats.count;
        stats.low = std::min(stats.low, x);
        stats.high = std::max(stats.high, x);
        stats.l1 += std::abs(x);
        stats.zeros += x == 0 ? 1 : 0;
      }
    }
  }
  return out;
}

std::vector<ChannelStats> scanTensor(const Tensor& tensor, const Slices& slices, const std::vector<std::int64_t>& zeroPoints) {
  const auto zero = [&](std::size_t c) { return static_cast<int>(zeroPoints[zeroPoints.size() == 1 ? 0 : c]); };
  if (tensor.dtype() == DType::f32) {
    const auto data = tensor.data<float>();
    return scan(slices, [&](std::size_t i) { return data[i]; }, [](std::size_t) { return 0.0F; });
  }
  if (tensor.dtype() == DType::i8) {
    const auto data = tensor.data<std::int8_t>();
    return scan(slices, [&](std::size_t i) { return static_cast<int>(data[i]); }, zero);
  }
  if (tensor.dtype() == DType::u8) {
    const auto data = tensor.data<std::uint8_t>();
    return scan(slices, [&](std::size_t i) { return static_cast<int>(data[i]); }, zero);
  }
  const Result<std::vector<double>> values = toDoubles(tensor);
  if (!values.ok()) return {};
  return scan(slices, [&](std::size_t i) { return (*values)[i]; }, [&](std::size_t c) { return static_cast<double>(zero(c)); });
}

std::int64_t positiveAxis(std::int64_t axis, std::size_t rank) { return axis < 0 ? axis + static_cast<std::int64_t>(rank) : axis; }

/// One scale and zero point for all, or one for each channel along the channel axis: the scan can stay in integers.
bool followsChannels(const WeightRef& weight) {
  const Quantization& how = *weight.quantization;
  const auto fits = [&](const Tensor* tensor) {
    if (tensor == nullptr || tensor->size() == 1) return true;
    return how.blockSize == 0 && tensor->rank() == 1 && weight.stored->rank() > 0 &&
           positiveAxis(how.axis, weight.stored->rank()) == weight.channelAxis &&
           tensor->size() == weight.stored->dim(static_cast<std::size_t>(weight.channelAxis));
  };
  return fits(how.scale) && fits(how.zeroPoint);
}

}  // namespace

std::vector<ChannelStats> channelStats(const Weight& weight) {
  return scanTensor(weight.floats, slicesOf(weight.floats.dims(), weight.channelAxis), {0});
}

std::vector<ChannelStats> channelStats(const WeightRef& weight) {
  const Slices slices = slicesOf(weight.stored->dims(), weight.channelAxis);
  if (!weight.quantization) return scanTensor(*weight.stored, slices, {0});
  if (!followsChannels(weight)) {
    const Result<Tensor> floats = dequantized(weight);
    return floats.ok() ? scanTensor(*floats, slices, {0}) : std::vector<ChannelStats>{};
  }
  const Quantization& how = *weight.quantization;
  std::vector<std::int64_t> zeroPoints{0};
  if (how.zeroPoint != nullptr && isInteger(how.zeroPoint->dtype()))
    if (Result<std::vector<std::int64_t>> values = toInts(*how.zeroPoint); values.ok()) zeroPoints = std::move(values).value();
  std::vector<ChannelStats> out = scanTensor(*weight.stored, slices, zeroPoints);
  if (how.scale == nullptr) return out;
  const Result<std::vector<double>> scales = toDoubles(*how.scale);
  if (!scales.ok() || scales->empty()) return out;
  for (std::size_t c = 0; c < out.size(); ++c) {
    const double scale = (*scales)[scales->size() == 1 ? 0 : c];
    out[c].low *= scale;
    out[c].high *= scale;
    out[c].l1 *= scale;
  }
  return out;
}

}  // namespace ew::analysis
