// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>

#include "core/analysis/analysis.h"
#include "core/analysis/run_totals.h"
#include "core/analysis/weights.h"
#include "core/tensor/blocks.h"

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

/// Goes through a tensor part by part and keeps the place in its slices.
class Scan {
 public:
  explicit Scan(const Slices& slices) : slices_(slices), totals_(static_cast<std::size_t>(slices.channels)) {}

  template <class Part, class Zero>
  void add(Part part, Zero zero) {
    while (!part.empty()) {
      if (slices_.inner == 1) {
        const std::size_t count = std::min(part.size(), totals_.size() - channel_);
        for (std::size_t i = 0; i < count; ++i) addOne(totals_[channel_ + i], part[i], zero(channel_ + i));
        part = part.subspan(count);
        channel_ = (channel_ + count) % totals_.size();
        continue;
      }
      const auto count = std::min<std::size_t>(part.size(), static_cast<std::size_t>(slices_.inner - within_));
      addRun(totals_[channel_], part.first(count), zero(channel_));
      part = part.subspan(count);
      within_ += static_cast<std::int64_t>(count);
      if (within_ < slices_.inner) continue;
      within_ = 0;
      channel_ = (channel_ + 1) % totals_.size();
    }
  }

  std::vector<ChannelStats> result() const {
    const std::int64_t count = slices_.outer * slices_.inner;
    std::vector<ChannelStats> out;
    out.reserve(totals_.size());
    for (const RunTotals& total : totals_) {
      const bool isEmpty = total.low > total.high;  // no elements, or no numbers among them
      const double none = count == 0 ? 0 : std::numeric_limits<double>::quiet_NaN();
      out.push_back({isEmpty ? none : total.low, isEmpty ? none : total.high, total.l1, total.zeros, count});
    }
    return out;
  }

 private:
  Slices slices_;
  std::vector<RunTotals> totals_;
  std::size_t channel_ = 0;
  std::int64_t within_ = 0;
};

template <class T, class Zero>
std::vector<ChannelStats> scanAs(const Tensor& tensor, const Slices& slices, Zero zero) {
  Scan scan(slices);
  forEachPart<T>(tensor, [&](std::span<const T> part, std::size_t) { scan.add(part, zero); });
  tensor.releasePages();
  return scan.result();
}

std::vector<ChannelStats> scanTensor(const Tensor& tensor, const Slices& slices, const std::vector<std::int64_t>& zeroPoints) {
  const auto zero = [&](std::size_t c) { return static_cast<int>(zeroPoints[zeroPoints.size() == 1 ? 0 : c]); };
  if (tensor.dtype() == DType::f32) {
    Scan scan(slices);
    (void)forEachBlock(tensor, [&](std::span<const std::byte> block) {
      scan.add(FloatsAt{block.data(), block.size() / sizeof(float)}, [](std::size_t) { return 0.0F; });
      return Status();
    });
    return scan.result();
  }
  if (tensor.dtype() == DType::i8) return scanAs<std::int8_t>(tensor, slices, zero);
  if (tensor.dtype() == DType::u8) return scanAs<std::uint8_t>(tensor, slices, zero);
  const Result<std::vector<double>> values = toDoubles(tensor);
  if (!values.ok()) return {};
  tensor.releasePages();
  Scan scan(slices);
  scan.add(std::span<const double>(*values), [&](std::size_t c) { return static_cast<double>(zero(c)); });
  return scan.result();
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
