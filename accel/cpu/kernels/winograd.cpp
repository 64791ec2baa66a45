// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/kernels/winograd.h"

#include <omp.h>

#include <algorithm>

#include "accel/cpu/kernels/unary.h"
#include "accel/cpu/kernels/winograd_choice.h"
#include "accel/cpu/kernels/winograd_layer.h"
#include "accel/cpu/post_ops.h"

namespace ew::cpu {
namespace {

int lanesHere() { return hasAvx512() ? 16 : 8; }

WinogradShape shapeOf(const ops::ConvShape& conv) {
  WinogradShape shape;
  shape.lanes = lanesHere();
  shape.stride = static_cast<int>(conv.windows[0].stride);
  shape.batch = conv.batch;
  shape.channels = conv.channels;
  shape.filters = conv.filters;
  shape.height = conv.windows[0].in;
  shape.width = conv.windows[1].in;
  shape.outHeight = conv.windows[0].out;
  shape.outWidth = conv.windows[1].out;
  shape.padTop = conv.windows[0].padBegin;
  shape.padLeft = conv.windows[1].padBegin;
  return shape;
}

std::optional<WinogradPostOp> postOp(const PostOp& op) {
  using Kind = WinogradPostOp::Kind;
  if (!op.eltwise) return WinogradPostOp{Kind::Residual};
  switch (op.eltwise->algorithm) {
    case dnnl::algorithm::eltwise_relu: return WinogradPostOp{Kind::Relu, op.eltwise->alpha, 0};
    case dnnl::algorithm::eltwise_clip: return WinogradPostOp{Kind::Clip, op.eltwise->alpha, op.eltwise->beta};
    case dnnl::algorithm::eltwise_linear: return WinogradPostOp{Kind::Linear, op.eltwise->alpha, op.eltwise->beta};
    case dnnl::algorithm::eltwise_hardswish: return WinogradPostOp{Kind::HardSwish};
    default: return std::nullopt;
  }
}

/// Those that the output transform applies; functions that it does not know follow as steps of their own.
std::vector<WinogradPostOp> postOpsInside(const Group& group) {
  std::vector<WinogradPostOp> inside;
  for (const PostOp& op : group.postOps) {
    const auto known = postOp(op);
    if (!known) break;
    inside.push_back(*known);
  }
  return inside;
}

/// The result goes over the residual where nobody needs that any more.
SlotId outputSlot(Builder& builder, const Group& group, const Desc& desc, SlotId source, SlotId residual) {
  const ValueId value = residualOf(group);
  if (value != kNone && residual != source && builder.placed(value).slot == residual && builder.mayOverwrite(value, residual)) {
    builder.writeOver(group.output(), desc, residual);
    return residual;
  }
  return builder.write(group.output(), desc);
}

SlotId weightsSlot(Builder& builder, const WinogradLayer& layer, const Tensor& weights, int threads) {
  const WinogradShape& s = layer.shape();
  std::string key = "winograd";
  for (const std::int64_t part : {std::int64_t{s.tile}, std::int64_t{s.stride}, std::int64_t{s.lanes}, std::int64_t{threads}, s.batch, s.channels, s.filters, s.height, s.width, s.outHeight, s.outWidth})
    key += " " + std::to_string(part);
  return builder.packConstant(key, weights, layer.weightFloats() * sizeof(float), [&](const Tensor& from, std::byte* to) {
    layer.packWeights(from.data<float>(), reinterpret_cast<float*>(to));
  });
}

Result<Tensor> packedBias(const WinogradLayer& layer, const Tensor& bias) {
  EW_ASSIGN(Tensor packed, Tensor::create(DType::f32, {static_cast<std::int64_t>(layer.biasFloats())}));
  if (bias.present()) std::ranges::copy(bias.data<float>(), packed.mutableData<float>().begin());
  return packed;
}

Desc blockedDesc(const WinogradShape& shape, const Dims& dims) {
  return Desc(dims, DataType::f32, shape.lanes == 16 ? Tag::nChw16c : Tag::nChw8c);
}

}  // namespace

bool mayUseWinograd(const ops::ConvShape& shape, const CompileOptions& options) {
  constexpr std::int64_t fewChannels = 16;
  if (options.reproducible || shape.groups != 1 || shape.windows.size() != 2 || winogradLoops(lanesHere()) == nullptr) return false;
  if (shape.channels < fewChannels || shape.filters < fewChannels) return false;
  return std::ranges::all_of(shape.windows, [&](const ops::Window& w) {
    return w.kernel == 3 && w.dilation == 1 && w.padBegin >= 0 && (w.stride == 1 || w.stride == 2) && w.stride == shape.windows[0].stride;
  });
}

Result<bool> addWinograd(Builder& builder, const Group& group, const WinogradConv& conv) {
  if (!mayUseWinograd(conv.shape, builder.options())) return false;
  WinogradShape shape = shapeOf(conv.shape);
  const ValueId x = group.anchor->input(0), residualValue = residualOf(group);
  const Desc from = blockedDesc(shape, builder.dims(x)), to = blockedDesc(shape, builder.dims(group.output()));
  // Channels that do not fill their blocks lie in other layouts elsewhere.
  if (shape.channels % shape.lanes != 0 && builder.placed(x).desc != from) return false;
  const std::vector<WinogradPostOp> inside = postOpsInside(group);
  const std::span<const PostOp> after = std::span(group.postOps).subspan(inside.size());
  if (std::ranges::any_of(after, [](const PostOp& op) { return op.residual != kNone; })) return false;
  const int threads = omp_get_max_threads();
  shape.tile = fastestWinogradTile(shape, inside, threads);
  if (shape.tile == 0) return false;

  const WinogradLayer layer(shape, threads);
  EW_ASSIGN(Tensor bias, packedBias(layer, conv.bias));
  const SlotId source = builder.read(x, from), w = weightsSlot(builder, layer, conv.weights, threads), b = builder.addConstant(std::move(bias));
  const SlotId residual = residualValue != kNone ? builder.read(residualValue, to) : kNoSlot;
  const SlotId y = outputSlot(builder, group, to, source, residual), scratch = builder.scratch(layer.scratchBytes());
  std::vector<SlotId> reads{source, w, b};
  if (residual != kNoSlot) reads.push_back(residual);
  const std::string name = "winograd:" + std::to_string(shape.tile) + "x3:" + std::to_string(shape.lanes);
  builder.add(std::make_unique<LoopKernel>(name, [=, kernels = conv.weights](Storage& storage) {
                layer.run({storage.as<float>(source), storage.as<float>(w), kernels.storedBytes().data(), storage.as<float>(b),
                           residual != kNoSlot ? storage.as<float>(residual) : nullptr, storage.as<float>(y), storage.as<float>(scratch)},
                          inside);
              }),
              std::move(reads), {y, scratch});
  for (const PostOp& op : after) addInPlace(builder, *op.eltwise, to, y);
  return true;
}

}  // namespace ew::cpu
