// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/kernels/dnnl_integer.h"

#include <algorithm>
#include <cstdlib>

#include "accel/cpu/parallel.h"

namespace ew::cpu {
namespace {

/// Largest integer up to which float32 holds every integer.
constexpr std::int64_t exactFloat = std::int64_t{1} << 24;

/// What there is to know of one channel: the layer's constants, and bounds of its sums.
struct Channel {
  std::int64_t plain = 0, absolute = 0;  ///< sums of its weights
  std::int64_t low = 0, high = 0;        ///< of the sum of (x - xZero) * w, padded pixels included
  std::int64_t bias = 0;                 ///< as oneDNN gets it
  float multiplier = 0;
};

using ChannelOf = std::function<std::size_t(std::size_t)>;

class Planner {
 public:
  Planner(const QuantizedLayer& layer, const ChannelOf& channelOf, bool foldZero)
      : layer_(layer), channelOf_(channelOf), foldZero_(foldZero), weights_(wideWeights(layer, channelOf)),
        channels_(static_cast<std::size_t>(layer.channels)) {
    measure();
  }

  std::optional<DnnlPlan> plan() {
    if (std::any_of(weights_.begin(), weights_.end(), [](std::int16_t w) { return w < -128 || w > 127; })) return std::nullopt;
    std::vector<bool> constant(channels_.size(), false);
    for (std::size_t c = 0; c < channels_.size(); ++c) {
      if (staysExact(channels_[c])) continue;
      if (!makeConstant(channels_[c])) return std::nullopt;
      constant[c] = true;
    }
    for (std::size_t i = 0; i < weights_.size(); ++i)
      if (constant[channelOf_(i)]) weights_[i] = 0;
    DnnlPlan plan;
    plan.weights = Tensor::zeros(DType::i8, layer_.w.dims());
    std::transform(weights_.begin(), weights_.end(), plan.weights.mutableData<std::int8_t>().begin(), [](std::int16_t w) { return static_cast<std::int8_t>(w); });
    if (std::any_of(channels_.begin(), channels_.end(), [](const Channel& c) { return c.bias != 0; })) {
      plan.bias = Tensor::zeros(DType::i32, {layer_.channels});
      std::transform(channels_.begin(), channels_.end(), plan.bias.mutableData<std::int32_t>().begin(), [](const Channel& c) { return static_cast<std::int32_t>(c.bias); });
    }
    plan.attr = attributes();
    plan.destination = layer_.fixed ? DType::i32 : layer_.yType;
    return plan;
  }

 private:
  void measure() {
    const std::int64_t least = (layer_.xType == DType::i8 ? -128 : 0) - layer_.xZero, most = least + 255;
    for (std::size_t i = 0; i < weights_.size(); ++i) {
      Channel& channel = channels_[channelOf_(i)];
      const std::int64_t w = weights_[i];
      channel.plain += w;
      channel.absolute += std::abs(w);
      channel.low += std::min(w * least, w * most);
      channel.high += std::max(w * least, w * most);
    }
    for (std::size_t c = 0; c < channels_.size(); ++c) {
      Channel& channel = channels_[c];
      channel.bias = layer_.bias.empty() ? 0 : layer_.bias[c];
      channel.low += channel.bias;
      channel.high += channel.bias;
      if (foldZero_) channel.bias -= layer_.xZero * channel.plain;
      channel.multiplier = layer_.multipliers[layer_.multipliers.size() == 1 ? 0 : c];
    }
  }

  /// Whether every float32 in oneDNN's way from the sum to the product with the multiplier is exact. Signed x passes as
  /// x + 128 with a correction, so it counts as up to 255 + 128. A bare sum of unsigned x is converted as the contract says.
  bool staysExact(const Channel& channel) const {
    const std::int64_t reach = layer_.xType == DType::i8 ? 255 + 128 : 255, zero = foldZero_ ? 0 : std::abs(layer_.xZero);
    const bool bare = layer_.xType == DType::u8 && zero == 0 && !layer_.fixed && channel.bias == 0;
    return (reach + zero) * channel.absolute + std::abs(channel.bias) < (bare ? std::int64_t{1} << 31 : exactFloat);
  }

  /// A channel whose largest and smallest sum give the same byte always gives it (requantization is monotonic), so it
  /// may as well be that byte. Dead channels of trained models are so: tiny weights under a bias that is huge in their scale.
  bool makeConstant(Channel& channel) const {
    constexpr std::int64_t most = (std::int64_t{1} << 31) - 1;
    if (layer_.fixed || channel.low < -most || channel.high > most) return false;
    const auto byte = [&](std::int64_t sum) -> std::int32_t {
      const auto acc = static_cast<std::int32_t>(sum);
      return layer_.yType == DType::u8 ? ops::requantizeFloat<std::uint8_t>(acc, channel.multiplier, layer_.yZero)
                                       : ops::requantizeFloat<std::int8_t>(acc, channel.multiplier, layer_.yZero);
    };
    const std::int32_t value = byte(channel.low);
    if (value != byte(channel.high)) return false;
    channel.bias = value - layer_.yZero;
    channel.multiplier = 1;
    return true;
  }

  dnnl::primitive_attr attributes() const {
    dnnl::primitive_attr attr;
    attr.set_scratchpad_mode(dnnl::scratchpad_mode::user);
    if (layer_.xZero != 0 && !foldZero_) attr.set_zero_points(DNNL_ARG_SRC, 0, {layer_.xZero});
    if (layer_.fixed) return attr;
    std::vector<float> scales;
    for (const Channel& channel : channels_) scales.push_back(channel.multiplier);
    const bool one = std::all_of(scales.begin(), scales.end(), [&](float scale) { return scale == scales[0]; });
    if (one) scales.resize(1);
    attr.set_output_scales(one ? 0 : 1 << 1, scales);
    // Rounding before the zero point is added, as the contract says; oneDNN's own zero point would be added before.
    dnnl::post_ops ops;
    ops.append_eltwise(1.0F, dnnl::algorithm::eltwise_round, 0, 0);
    if (layer_.yZero != 0) ops.append_eltwise(1.0F, dnnl::algorithm::eltwise_linear, 1.0F, static_cast<float>(layer_.yZero));
    attr.set_post_ops(ops);
    return attr;
  }

  const QuantizedLayer& layer_;
  const ChannelOf& channelOf_;
  bool foldZero_;
  std::vector<std::int16_t> weights_;
  std::vector<Channel> channels_;
};

}  // namespace

std::optional<DnnlPlan> dnnlPlan(const QuantizedLayer& layer, const ChannelOf& channelOf, bool foldZero) {
  if (!exactInt8()) return std::nullopt;
  return Planner(layer, channelOf, foldZero).plan();
}

void addWithDestination(Builder& builder, const QuantizedLayer& layer, const DnnlPlan& plan, dnnl::primitive primitive, const Desc& scratchpad,
                        std::string name, std::vector<DnnlArg> args, const Desc& desc, ValueId y) {
  if (plan.destination == layer.yType) {
    args.push_back({DNNL_ARG_DST, desc, builder.write(y, Desc(desc))});
    builder.add(std::move(primitive), scratchpad, std::move(name), std::move(args));
    return;
  }
  const SlotId sums = builder.scratch(desc.get_size());
  args.push_back({DNNL_ARG_DST, desc, sums});
  builder.add(std::move(primitive), scratchpad, std::move(name), std::move(args));
  // Channels are innermost: one row of sums a pixel.
  Desc bytes = desc;
  bytes.data.data_type = layer.yType == DType::u8 ? dnnl_u8 : dnnl_s8;
  const SlotId to = builder.write(y, bytes);
  QuantizedLayer withoutBias = layer;
  withoutBias.bias.clear();  // oneDNN has added it
  const std::int64_t channels = layer.channels, rows = elementCount(desc.dims()) / channels;
  const auto body = [=, requantize = Requantize(withoutBias)](Storage& storage) {
    parallelFor(rows, std::max<std::int64_t>(1, 4096 / channels), [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t row = begin; row < end; ++row)
        requantize(storage.as<std::int32_t>(sums) + row * channels, 0, channels, storage.at(to) + row * channels);
    });
  };
  builder.add(std::make_unique<LoopKernel>("requantize", body), {sums}, {to}, true);
}

}  // namespace ew::cpu
