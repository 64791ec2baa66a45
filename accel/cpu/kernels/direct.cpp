// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/kernels/direct.h"

#include <omp.h>

#include <algorithm>
#include <array>
#include <bit>
#include <limits>

#include "accel/cpu/kernels/sparse.h"
#include "accel/cpu/loops/depthwise_conv.h"
#include "accel/cpu/loops/direct_conv.h"
#include "accel/cpu/post_ops.h"
#include "accel/cpu/tuning.h"

namespace ew::cpu {
namespace {

using dnnl::algorithm;

/// Our loops, one or the other, made ready.
struct DirectWork {
  std::optional<DirectConv> conv;
  std::optional<DepthwiseConv> depthwise;
  std::size_t weightBytes = 0;

  std::size_t scratchBytes(int threads) const { return conv ? conv->scratchElements(threads) * sizeof(float) : 0; }
  void run(const float* x, const float* residual, float* y, float* scratch) const {
    if (conv) conv->run(x, residual, y, scratch);
    else depthwise->run(x, residual, y);
  }
};

/// A residual and one function, in either order: what the loops do with their sums. Nothing for other sequences.
std::optional<TileAfter> afterOf(const Group& group) {
  TileAfter after;
  std::size_t i = 0, end = group.postOps.size();
  if (end > 0 && !group.postOps[0].eltwise) {
    ++i;
  } else if (end == 2 && !group.postOps[1].eltwise) {
    after.residualLast = true;
    --end;
  }
  if (i == end) return after;
  if (i + 1 != end || !group.postOps[i].eltwise) return std::nullopt;
  const Eltwise f = *group.postOps[i].eltwise;
  switch (f.algorithm) {
    case algorithm::eltwise_relu:
      if (f.alpha == 0) after.low = 0;
      else after.activation = TileActivation::Leaky;
      after.alpha = f.alpha;
      return after;
    case algorithm::eltwise_clip:
      after.low = f.alpha;
      after.high = f.beta;
      return after;
    case algorithm::eltwise_swish:
      after.activation = TileActivation::Swish;
      return f.alpha == 1 ? std::optional(after) : std::nullopt;
    case algorithm::eltwise_hardswish: after.activation = TileActivation::HardSwish; return after;
    case algorithm::eltwise_logistic: after.activation = TileActivation::Sigmoid; return after;
    default: return std::nullopt;
  }
}

/// How the pixels of a value lie, some channels together.
struct Lie {
  std::int64_t inner = 0, batchStep = 0, outerStep = 0, rowStep = 0, columnStep = 0;
};

/// Nothing for layouts that the loops do not read: they know all channels together, blocks of 16 with vectors of 16, and a
/// few channels each by itself, as an image has them.
std::optional<Lie> lieOf(const Desc& desc, int lanes) {
  constexpr std::int64_t fewChannels = 4;
  const dnnl_blocking_desc_t& b = desc.data.format_desc.blocking;
  const dnnl_dims_t& d = desc.data.dims;
  if (b.inner_nblks == 0 && b.strides[1] == 1) return Lie{d[1], b.strides[0], 0, b.strides[2], b.strides[3]};
  if (b.inner_nblks == 1 && b.inner_idxs[0] == 1 && b.inner_blks[0] == 16 && lanes == 16 && d[1] % 16 == 0)
    return Lie{16, b.strides[0], b.strides[1], b.strides[2], b.strides[3]};
  if (b.inner_nblks == 0 && d[1] <= fewChannels) return Lie{1, b.strides[0], b.strides[1], b.strides[2], b.strides[3]};
  return std::nullopt;
}

bool isDepthwise(const ops::ConvShape& conv) { return conv.groups > 1 && conv.groups == conv.channels && conv.groups == conv.filters; }

bool isPointwise(const ops::ConvShape& conv) { return conv.windows[0].kernel == 1 && conv.windows[1].kernel == 1; }

struct Layouts {
  Desc from, to;
  bool image = false;  ///< x has a few channels, each by itself, which oneDNN would first bring together
};

/// The source as it lies where the loops read that, and the result in the same kind.
Layouts layoutsOf(Builder& builder, const Group& group, const ops::ConvShape& conv, const FloatTileSet& set) {
  const ValueId x = group.anchor->input(0);
  const Dims in = builder.dims(x), out = builder.dims(group.output());
  Layouts layouts;
  layouts.from = builder.placed(x).desc;
  const std::optional<Lie> known = lieOf(layouts.from, set.lanes);
  layouts.image = known && known->inner == 1 && conv.groups == 1 && !isPointwise(conv);
  if (!known || (known->inner == 1 && !layouts.image)) layouts.from = Desc(in, DataType::f32, Tag::nhwc);
  const bool blocks = hasBlocks(layouts.from) || (layouts.image && builder.prefersBlocks() && set.lanes == 16);
  layouts.to = Desc(out, DataType::f32, blocks && out[1] % 16 == 0 ? Tag::nChw16c : Tag::nhwc);
  return layouts;
}

DirectShape shapeOf(const ops::ConvShape& conv, const Layouts& layouts, const FloatTileSet& set) {
  const Lie x = *lieOf(layouts.from, set.lanes), y = *lieOf(layouts.to, set.lanes);
  DirectShape s;
  s.batch = conv.batch;
  s.channels = conv.channels;
  s.filters = conv.filters;
  const ops::Window &h = conv.windows[0], &w = conv.windows[1];
  s.height = h.in;
  s.width = w.in;
  s.outHeight = h.out;
  s.outWidth = w.out;
  s.kernelHeight = h.kernel;
  s.kernelWidth = w.kernel;
  s.strideHeight = h.stride;
  s.strideWidth = w.stride;
  s.dilationHeight = h.dilation;
  s.dilationWidth = w.dilation;
  s.padTop = h.padBegin;
  s.padLeft = w.padBegin;
  s.xInner = x.inner;
  s.xBatchStep = x.batchStep;
  s.xOuterStep = x.outerStep;
  s.xRowStep = x.rowStep;
  s.xColumnStep = x.columnStep;
  s.yBatchStep = y.batchStep;
  s.yRowStep = y.rowStep;
  s.yColumnStep = y.columnStep;
  s.yVectorStep = y.outerStep;
  return s;
}

bool isExpensive(TileActivation activation) { return activation == TileActivation::Swish || activation == TileActivation::Sigmoid; }

std::int64_t macsOf(const ops::ConvShape& conv) {
  return conv.batch * conv.outPlane() * conv.filters * conv.groupChannels() * conv.windows[0].kernel * conv.windows[1].kernel;
}

/// Where our loops have a chance against oneDNN's: its depthwise code is as good for many channels, and its products are as
/// good where there is enough to do for each call.
bool mayWin(const ops::ConvShape& conv, const TileAfter& after, const Layouts& layouts) {
  constexpr std::int64_t manyChannels = 256, smallWork = 2'000'000;
  if (isDepthwise(conv)) return !hasBlocks(layouts.from) && conv.channels <= manyChannels;
  if (conv.groups != 1) return false;
  return !isPointwise(conv) || isExpensive(after.activation) || (!hasBlocks(layouts.from) && macsOf(conv) <= smallWork);
}

std::string keyOf(const DirectShape& s, const TileAfter& after, bool depthwise, bool residual, int threads) {
  std::string key = depthwise ? "depthwise f32" : "conv f32";
  for (const std::int64_t part : {s.batch, s.channels, s.filters, s.height, s.width, s.outHeight, s.outWidth, s.kernelHeight, s.kernelWidth, s.strideHeight,
                                  s.strideWidth, s.dilationHeight, s.dilationWidth, s.padTop, s.padLeft, s.xInner, s.xColumnStep, s.yColumnStep, s.yVectorStep})
    key += " " + std::to_string(part);
  return key + " a" + std::to_string(static_cast<int>(after.activation)) + (residual ? after.residualLast ? " residual last" : " residual" : "") + " t" + std::to_string(threads);
}

std::shared_ptr<const DirectWork> workFor(const Builder& builder, const DirectLayer& layer, const DirectShape& shape, const TileAfter& after,
                                          const FloatTileSet& set) {
  const bool depthwise = isDepthwise(layer.shape);
  std::string key = keyOf(shape, after, depthwise, after.residualLast, 0) + " " + set.name;
  for (const std::int64_t step : {shape.xBatchStep, shape.xOuterStep, shape.xRowStep, shape.yBatchStep, shape.yRowStep}) key += " " + std::to_string(step);
  for (const float bound : {after.low, after.high, after.alpha}) key += " " + std::to_string(std::bit_cast<std::uint32_t>(bound));
  const auto make = [&] {
    auto work = std::make_shared<DirectWork>();
    const Tensor weights = Builder::aligned(layer.weights);
    const float* const w = weights.data<float>().data();
    const float* const bias = layer.bias.present() ? layer.bias.data<float>().data() : nullptr;
    if (depthwise) work->depthwise.emplace(shape, w, bias, after, set);
    else work->conv.emplace(shape, w, bias, after, set);
    work->weightBytes = layer.weights.byteSize();
    return std::shared_ptr<const DirectWork>(std::move(work));
  };
  std::vector<Tensor> sources{layer.weights};
  if (layer.bias.present()) sources.push_back(layer.bias);
  return builder.derived<DirectWork>(key, sources, make, [](const DirectWork& work) { return work.weightBytes; });
}

/// Our loops on memory of their own.
std::function<void()> alone(const std::shared_ptr<const DirectWork>& work, const Layouts& layouts, bool residual, int threads) {
  const auto filled = [](std::size_t bytes) { return std::make_shared<AlignedFloats>(bytes / sizeof(float) + 1, 0.01F); };
  const auto x = filled(layouts.from.get_size()), y = filled(layouts.to.get_size()), scratch = filled(work->scratchBytes(threads));
  const auto beside = residual ? filled(layouts.to.get_size()) : nullptr;
  return [=] { work->run(x->data(), residual ? beside->data() : nullptr, y->data(), scratch->data()); };
}

bool wins(const Builder& builder, const Group& group, Factory otherwise, const std::shared_ptr<const DirectWork>& work, const Layouts& layouts,
          const DirectLayer& layer, const DirectShape& shape, const TileAfter& after) {
  constexpr std::int64_t fewChannels = 128;
  const bool depthwise = isDepthwise(layer.shape), pointwise = isPointwise(layer.shape), residual = residualOf(group) != kNone;
  // These have always been faster.
  if (layouts.image || (isExpensive(after.activation) && (depthwise || pointwise))) return true;
  if (builder.options().reproducible) return depthwise ? layer.shape.channels <= fewChannels : pointwise;
  const int threads = omp_get_max_threads();
  const auto make = [&]() -> std::vector<Candidate> {
    const std::function<void()> other = denseAlone(builder, group, otherwise);
    if (!other) return {{"own", alone(work, layouts, residual, threads)}};
    return {{"dnnl", other}, {"own", alone(work, layouts, residual, threads)}};
  };
  return fastest(keyOf(shape, after, depthwise, residual, threads), {"dnnl", "own"}, make) == 1;
}

}  // namespace

Result<bool> addDirect(Builder& builder, const Group& group, const DirectLayer& layer, Factory otherwise) {
  const std::optional<TileAfter> after = afterOf(group);
  if (!after || layer.shape.windows.size() != 2 || builder.constant(group.anchor->input(0)) != nullptr) return false;
  // Negative pads cut x, which the loops do not know.
  if (std::ranges::any_of(layer.shape.windows, [](const ops::Window& window) { return window.padBegin < 0; })) return false;
  const FloatTileSet& set = *floatTileSets().front();
  const Layouts layouts = layoutsOf(builder, group, layer.shape, set);
  if (!mayWin(layer.shape, *after, layouts)) return false;
  if (isDepthwise(layer.shape) && hasBlocks(layouts.from) != hasBlocks(layouts.to)) return false;
  const DirectShape shape = shapeOf(layer.shape, layouts, set);
  const auto work = workFor(builder, layer, shape, *after, set);
  if (!wins(builder, group, otherwise, work, layouts, layer, shape, *after)) return false;

  const SlotId from = builder.read(group.anchor->input(0), layouts.from);
  SlotId to = kNoSlot, beside = kNoSlot;
  if (residualOf(group) == kNone) {
    to = builder.write(group.output(), layouts.to);
  } else if (after->residualLast) {
    beside = builder.read(residualOf(group), layouts.to);
    to = builder.write(group.output(), layouts.to);
  } else if (residualStays(builder, group, layouts.to, from)) {
    beside = builder.placed(residualOf(group)).slot;
    to = builder.write(group.output(), layouts.to);
  } else {
    to = beside = placeOverResidual(builder, group, layouts.to, from);
  }
  const std::size_t scratchBytes = work->scratchBytes(omp_get_max_threads());
  const SlotId scratch = scratchBytes > 0 ? builder.scratch(scratchBytes) : kNoSlot;
  std::vector<SlotId> reads{from}, writes{to};
  if (beside != kNoSlot) reads.push_back(beside);
  if (scratch != kNoSlot) writes.push_back(scratch);
  const auto body = [=](Storage& storage) {
    work->run(storage.as<const float>(from), beside == kNoSlot ? nullptr : storage.as<const float>(beside), storage.as<float>(to),
              scratch == kNoSlot ? nullptr : storage.as<float>(scratch));
  };
  builder.add(std::make_unique<LoopKernel>(std::string(isDepthwise(layer.shape) ? "depthwise:" : "direct:") + set.name, body), std::move(reads), std::move(writes));
  return true;
}

}  // namespace ew::cpu
