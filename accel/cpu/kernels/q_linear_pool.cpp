// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "accel/cpu/kernels/kernels.h"
#include "accel/cpu/loops/byte_loops.h"
#include "accel/cpu/parallel.h"
#include "accel/cpu/quantized_layer.h"
#include "core/ops/pool.h"

namespace ew::cpu {
namespace {

/// One output pixel: the input pixels that it averages, and what brings their sum back to bytes.
struct Pixel {
  std::vector<std::int64_t> taps;
  float multiplier = 0;
};

/// Averages over channels-last bytes: sums of whole pixels, all channels at a time.
struct Average {
  std::int64_t channels = 0, inPlane = 0, batch = 0;
  std::int32_t xZero = 0, yZero = 0;
  std::vector<Pixel> pixels;

  template <class X, class Y>
  void run(const X* x, Y* y, std::int64_t begin, std::int64_t end) const {
    std::vector<std::int32_t> sums(static_cast<std::size_t>(channels));
    const auto plane = static_cast<std::int64_t>(pixels.size());
    for (std::int64_t i = begin; i < end; ++i) {
      const Pixel& pixel = pixels[static_cast<std::size_t>(i % plane)];
      const X* image = x + i / plane * inPlane * channels;
      std::fill(sums.begin(), sums.end(), -xZero * static_cast<std::int32_t>(pixel.taps.size()));
      for (const std::int64_t tap : pixel.taps) sumBytes(image + tap * channels, sums.data(), channels);
      requantizeAll(sums.data(), pixel.multiplier, yZero, y + i * channels, channels);
    }
  }
};

constexpr std::int64_t mostTaps = std::int64_t{1} << 22;  ///< of all pixels together: they are listed

Result<bool> addAverage(Builder& builder, const Node& node, const ops::PoolShape& shape) {
  const ValueId x = node.input(0), y = node.output(0);
  const auto xScaling = perTensor(builder, node, 1, 2, builder.dtype(x)), yScaling = perTensor(builder, node, 3, 4, builder.dtype(y));
  if (!xScaling || !yScaling || node.attributes.getString("requantization", "float") != "float") return false;
  const Dims dims = builder.dims(x);
  auto average = std::make_shared<Average>();
  average->channels = dims[1];
  average->batch = dims[0];
  average->inPlane = shape.inPlane();
  average->xZero = xScaling->zeroPoint();
  average->yZero = yScaling->zeroPoint();
  const bool includePad = node.attributes.getInt("count_include_pad", 0) != 0;
  bool usable = true;
  std::int64_t all = 0;
  ops::forEachWindow(shape, [&](std::int64_t, std::span<const std::int64_t> index, std::span<const ops::TapAxis> taps) {
    const auto count = static_cast<float>(std::max<std::int64_t>(1, ops::averagedTaps(shape, includePad, index, taps)));
    Pixel pixel{{}, xScaling->scale() / (yScaling->scale() * count)};
    usable = usable && usableMultiplier(pixel.multiplier);
    if (all <= mostTaps) ops::forEachTap(taps, [&](std::int64_t offset) { pixel.taps.push_back(offset); });
    all += static_cast<std::int64_t>(pixel.taps.size());
    average->pixels.push_back(std::move(pixel));
  });
  if (!usable || all > mostTaps) return false;
  constexpr Tag channelsLast[] = {Tag::nwc, Tag::nhwc, Tag::ndhwc};
  const Tag tag = channelsLast[dims.size() - 3];
  const SlotId from = builder.read(x, Desc(dims, *dnnlType(builder.dtype(x)), tag));
  const SlotId to = builder.write(y, Desc(builder.dims(y), *dnnlType(builder.dtype(y)), tag));
  const bool xSigned = builder.dtype(x) == DType::i8, ySigned = builder.dtype(y) == DType::i8;
  const auto body = [=](Storage& storage) {
    const std::int64_t count = average->batch * static_cast<std::int64_t>(average->pixels.size());
    parallelFor(count, std::max<std::int64_t>(1, 4096 / average->channels), [&](std::int64_t begin, std::int64_t end) {
      const auto into = [&]<class Y>(Y* out) {
        if (xSigned) average->run(storage.as<std::int8_t>(from), out, begin, end);
        else average->run(storage.as<std::uint8_t>(from), out, begin, end);
      };
      if (ySigned) into(storage.as<std::int8_t>(to));
      else into(storage.as<std::uint8_t>(to));
    });
  };
  builder.add(std::make_unique<LoopKernel>("bytes", body), {from}, {to});
  return true;
}

bool isPool(Builder& builder, const Node& node) {
  const ValueId x = node.input(0);
  if (!builder.isStatic(x) || !builder.isStatic(node.output(0)) || builder.constant(x) != nullptr) return false;
  const std::size_t rank = builder.dims(x).size();
  return rank >= 3 && rank <= 5 && node.attributes.getInt("channels_last", 0) == 0;
}

}  // namespace

Result<bool> addQLinearAveragePool(Builder& builder, const Group& group) {
  if (!isPool(builder, *group.anchor)) return false;
  EW_ASSIGN(const ops::PoolShape shape, ops::poolShape(*group.anchor, builder.dims(group.anchor->input(0))));
  return addAverage(builder, *group.anchor, shape);
}

Result<bool> addQLinearGlobalAveragePool(Builder& builder, const Group& group) {
  if (!isPool(builder, *group.anchor)) return false;
  EW_ASSIGN(const ops::PoolShape shape, ops::globalPoolShape(builder.dims(group.anchor->input(0))));
  return addAverage(builder, *group.anchor, shape);
}

}  // namespace ew::cpu
