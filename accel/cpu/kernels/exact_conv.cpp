// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/kernels/exact_conv.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "accel/cpu/loops/integer_product.h"
#include "accel/cpu/parallel.h"

namespace ew::cpu {
namespace {

constexpr Tag channelsLast[] = {Tag::nwc, Tag::nhwc, Tag::ndhwc};

/// Element (n, pixel, channel) lies at (n * pixels + pixel) * channels + channel; weights are [filter][tap][channel] of
/// the filter's group, or [tap][channel] where each channel has one filter of its own.
class ExactConv {
 public:
  ExactConv(const ops::ConvShape& shape, const QuantizedLayer& layer)
      : shape_(shape), xZero_(layer.xZero), requantize_(layer), taps_(shape.taps()), groupChannels_(shape.groupChannels()),
        groupFilters_(shape.filters / shape.groups), depthwise_(groupChannels_ == 1 && groupFilters_ == 1) {
    const std::size_t perFilter = static_cast<std::size_t>(groupChannels_ * taps_);
    const std::vector<std::int16_t> stored = wideWeights(layer, [=](std::size_t i) { return i / perFilter; });
    weights_.resize(stored.size());
    for (std::size_t i = 0; i < stored.size(); ++i) {
      const std::size_t filter = i / perFilter, channel = i % perFilter / static_cast<std::size_t>(taps_), tap = i % static_cast<std::size_t>(taps_);
      const std::size_t at = depthwise_ ? tap * static_cast<std::size_t>(shape.filters) + filter
                                        : (filter * static_cast<std::size_t>(taps_) + tap) * static_cast<std::size_t>(groupChannels_) + channel;
      weights_[at] = stored[i];
    }
  }

  /// Output pixels begin .. end - 1 of all images, counted through.
  template <class T>
  void run(const T* x, std::byte* y, std::int64_t begin, std::int64_t end) const {
    if (depthwise_) return runDepthwise(x, y, begin, end);
    constexpr std::int64_t rows = 32;
    const std::int64_t length = taps_ * groupChannels_;
    std::vector<std::int16_t> patch(static_cast<std::size_t>(rows * length));
    std::vector<std::int32_t> sums(static_cast<std::size_t>(rows * groupFilters_));
    for (std::int64_t first = begin; first < end; first += rows) {
      const std::int64_t count = std::min(rows, end - first);
      for (std::int64_t group = 0; group < shape_.groups; ++group) {
        for (std::int64_t i = 0; i < count; ++i) gather(x, first + i, group * groupChannels_, groupChannels_, patch.data() + i * length);
        integerProduct(patch.data(), weights_.data() + group * groupFilters_ * length, count, groupFilters_, length, sums.data());
        for (std::int64_t i = 0; i < count; ++i)
          requantize_(sums.data() + i * groupFilters_, group * groupFilters_, groupFilters_, y + (first + i) * shape_.filters + group * groupFilters_);
      }
    }
  }

  std::int64_t pixels() const { return shape_.batch * shape_.outPlane(); }

 private:
  /// Calls f(tap, input pixel) for each tap of an output pixel that meets the input; others contribute nothing.
  template <class F>
  void forEachTap(std::int64_t pixel, F f) const {
    const std::size_t rank = shape_.windows.size();
    std::array<std::int64_t, 3> start{};
    std::int64_t rest = pixel % shape_.outPlane();
    for (std::size_t axis = rank; axis-- > 0;) {
      start[axis] = shape_.windows[axis].start(rest % shape_.windows[axis].out);
      rest /= shape_.windows[axis].out;
    }
    const std::int64_t image = pixel / shape_.outPlane() * shape_.inPlane();
    for (std::int64_t tap = 0; tap < taps_; ++tap) {
      std::int64_t at = 0, stride = 1, left = tap;
      bool inside = true;
      for (std::size_t axis = rank; axis-- > 0;) {
        const ops::Window& window = shape_.windows[axis];
        const std::int64_t position = start[axis] + left % window.kernel * window.dilation;
        left /= window.kernel;
        inside = inside && position >= 0 && position < window.in;
        at += position * stride;
        stride *= window.in;
      }
      if (inside) f(tap, image + at);
    }
  }

  template <class T>
  void gather(const T* x, std::int64_t pixel, std::int64_t firstChannel, std::int64_t channels, std::int16_t* row) const {
    std::memset(row, 0, static_cast<std::size_t>(taps_ * channels) * sizeof(std::int16_t));
    forEachTap(pixel, [&](std::int64_t tap, std::int64_t from) {
      widenBytes(x + from * shape_.channels + firstChannel, xZero_, row + tap * channels, channels);
    });
  }

  template <class T>
  void runDepthwise(const T* x, std::byte* y, std::int64_t begin, std::int64_t end) const {
    std::vector<std::int32_t> sums(static_cast<std::size_t>(shape_.filters));
    for (std::int64_t pixel = begin; pixel < end; ++pixel) {
      std::fill(sums.begin(), sums.end(), 0);
      forEachTap(pixel, [&](std::int64_t tap, std::int64_t from) {
        multiplyAdd(x + from * shape_.channels, xZero_, weights_.data() + tap * shape_.filters, sums.data(), shape_.filters);
      });
      requantize_(sums.data(), 0, shape_.filters, y + pixel * shape_.filters);
    }
  }

  ops::ConvShape shape_;
  std::int32_t xZero_;
  Requantize requantize_;
  std::int64_t taps_, groupChannels_, groupFilters_;
  bool depthwise_;
  std::vector<std::int16_t> weights_;
};

}  // namespace

bool addExactConv(Builder& builder, const Node& node, const ops::ConvShape& shape, const QuantizedLayer& layer) {
  if (shape.windows.size() > 3) return false;
  const ValueId x = node.input(0), y = node.output(0);
  const Tag tag = channelsLast[shape.windows.size() - 1];
  const SlotId from = builder.read(x, Desc(builder.dims(x), *dnnlType(layer.xType), tag));
  const SlotId to = builder.write(y, Desc(builder.dims(y), *dnnlType(layer.yType), tag));
  const auto conv = std::make_shared<const ExactConv>(shape, layer);
  const bool isSigned = layer.xType == DType::i8;
  const auto body = [=](Storage& storage) {
    parallelFor(conv->pixels(), 16, [&](std::int64_t begin, std::int64_t end) {
      if (isSigned) conv->run(storage.as<std::int8_t>(from), storage.at(to), begin, end);
      else conv->run(storage.as<std::uint8_t>(from), storage.at(to), begin, end);
    });
  };
  builder.add(std::make_unique<LoopKernel>("int16", body), {from}, {to});
  return true;
}

}  // namespace ew::cpu
