// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/kernels/dnnl_integer.h"

#include <algorithm>
#include <cstdlib>

#include "accel/cpu/parallel.h"

namespace ew::cpu {
namespace {

/// Largest integer up to which float32 holds every integer.
constexpr std::int64_t exactFloat = std::int64_t{1} << 24;

struct Sums {
  std::vector<std::int64_t> plain, absolute;  ///< of each channel's weights
};

Sums channelSums(const std::vector<std::int16_t>& weights, std::size_t channels, const std::function<std::size_t(std::size_t)>& channelOf) {
  Sums sums{std::vector<std::int64_t>(channels), std::vector<std::int64_t>(channels)};
  for (std::size_t i = 0; i < weights.size(); ++i) {
    sums.plain[channelOf(i)] += weights[i];
    sums.absolute[channelOf(i)] += std::abs(weights[i]);
  }
  return sums;
}

/// Whether every float32 in oneDNN's way from the sum to the product with the multiplier is exact. Signed x passes as
/// x + 128 with a correction, so it counts as up to 255 + 128. A bare sum of unsigned x is converted as the contract says.
bool staysExact(const QuantizedLayer& layer, const Sums& sums, const std::vector<std::int64_t>& bias, bool foldZero) {
  const std::int64_t reach = layer.xType == DType::i8 ? 255 + 128 : 255, zero = foldZero ? 0 : std::abs(layer.xZero);
  const bool bare = layer.xType == DType::u8 && zero == 0 && !layer.fixed && std::all_of(bias.begin(), bias.end(), [](std::int64_t b) { return b == 0; });
  const std::int64_t limit = bare ? std::int64_t{1} << 31 : exactFloat;
  for (std::size_t c = 0; c < sums.absolute.size(); ++c)
    if ((reach + zero) * sums.absolute[c] + std::abs(bias[c]) >= limit) return false;
  return true;
}

/// A channel whose bias alone drives it far past the last byte gives that byte whatever x is, so its bias may shrink to
/// what a float32 holds exactly, as long as it still does. (Dead channels of trained models have such biases.)
void shrinkSaturatingBiases(const QuantizedLayer& layer, const Sums& sums, std::vector<std::int64_t>& bias) {
  constexpr double farBeyond = 1024;  // bytes and zero points lie within +-255
  if (layer.fixed) return;
  for (std::size_t c = 0; c < bias.size(); ++c) {
    const std::int64_t reach = (255 + 128 + std::abs(layer.xZero)) * sums.absolute[c], limit = exactFloat - 1 - reach;
    if (std::abs(bias[c]) <= limit || limit <= reach || std::abs(bias[c]) + reach >= std::int64_t{1} << 31) continue;
    const float multiplier = layer.multipliers[layer.multipliers.size() == 1 ? 0 : c];
    if (static_cast<double>(limit - reach) * static_cast<double>(multiplier) >= farBeyond) bias[c] = bias[c] < 0 ? -limit : limit;
  }
}

dnnl::primitive_attr attributes(const QuantizedLayer& layer, bool foldZero) {
  dnnl::primitive_attr attr;
  attr.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  if (layer.xZero != 0 && !foldZero) attr.set_zero_points(DNNL_ARG_SRC, 0, {layer.xZero});
  if (layer.fixed) return attr;
  attr.set_output_scales(layer.multipliers.size() == 1 ? 0 : 1 << 1, layer.multipliers);
  // Rounding before the zero point is added, as the contract says; oneDNN's own zero point would be added before.
  dnnl::post_ops ops;
  ops.append_eltwise(1.0F, dnnl::algorithm::eltwise_round, 0, 0);
  if (layer.yZero != 0) ops.append_eltwise(1.0F, dnnl::algorithm::eltwise_linear, 1.0F, static_cast<float>(layer.yZero));
  attr.set_post_ops(ops);
  return attr;
}

}  // namespace

std::optional<DnnlPlan> dnnlPlan(const QuantizedLayer& layer, const std::function<std::size_t(std::size_t)>& channelOf, bool foldZero) {
  if (!exactInt8()) return std::nullopt;
  const std::vector<std::int16_t> wide = wideWeights(layer, channelOf);
  if (std::any_of(wide.begin(), wide.end(), [](std::int16_t w) { return w < -128 || w > 127; })) return std::nullopt;
  const Sums sums = channelSums(wide, static_cast<std::size_t>(layer.channels), channelOf);
  std::vector<std::int64_t> bias(static_cast<std::size_t>(layer.channels), 0);
  for (std::size_t c = 0; c < bias.size(); ++c) {
    if (!layer.bias.empty()) bias[c] = layer.bias[c];
    if (foldZero) bias[c] -= layer.xZero * sums.plain[c];
  }
  shrinkSaturatingBiases(layer, sums, bias);
  if (!staysExact(layer, sums, bias, foldZero)) return std::nullopt;
  DnnlPlan plan;
  plan.weights = Tensor::zeros(DType::i8, layer.w.dims());
  std::transform(wide.begin(), wide.end(), plan.weights.mutableData<std::int8_t>().begin(), [](std::int16_t w) { return static_cast<std::int8_t>(w); });
  if (std::any_of(bias.begin(), bias.end(), [](std::int64_t b) { return b != 0; })) {
    plan.bias = Tensor::zeros(DType::i32, {layer.channels});
    std::transform(bias.begin(), bias.end(), plan.bias.mutableData<std::int32_t>().begin(), [](std::int64_t b) { return static_cast<std::int32_t>(b); });
  }
  plan.attr = attributes(layer, foldZero);
  plan.destination = layer.fixed ? DType::i32 : layer.yType;
  return plan;
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
