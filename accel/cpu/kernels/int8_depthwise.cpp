// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/kernels/int8_depthwise.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "accel/cpu/parallel.h"

namespace ew::cpu {
namespace {

constexpr std::int64_t mostRows = 64;            ///< of a kernel
constexpr std::int64_t mostWeightBytes = 1 << 20;
constexpr std::int64_t grainResults = 32768;     ///< that are worth a thread

/// Memory of the calling thread, which lives as long as the thread: rows of one layer after another use it.
std::uint8_t* threadScratch(std::size_t bytes) {
  thread_local std::vector<std::uint8_t> scratch;
  if (scratch.size() < bytes + 64) scratch.resize(bytes + 64);
  const auto address = reinterpret_cast<std::uintptr_t>(scratch.data());
  return scratch.data() + (64 - address % 64) % 64;
}

}  // namespace

std::optional<Int8Depthwise> Int8Depthwise::make(const ops::ConvShape& shape, const QuantizedLayer& layer, const DepthwiseSet& set) {
  if (shape.groups != shape.channels || shape.filters != shape.channels || shape.windows.empty() || shape.windows.size() > 2) return std::nullopt;
  if (layer.fixed || shape.windows.back().padBegin < 0) return std::nullopt;
  Int8Depthwise made(shape, set);
  return made.layOut(layer) ? std::optional(std::move(made)) : std::nullopt;
}

bool Int8Depthwise::layOut(const QuantizedLayer& layer) {
  const ops::Window& columns = shape_.windows.back();
  rowsWindow_ = {.in = 1, .out = 1};
  if (shape_.windows.size() == 2) rowsWindow_ = shape_.windows[0];
  outHeight_ = rowsWindow_.out;
  DepthwiseLayer& l = layer_;
  l.channels = shape_.channels;
  l.width = columns.in;
  l.outWidth = columns.out;
  l.kernelRows = rowsWindow_.kernel;
  l.kernelColumns = columns.kernel;
  l.stride = columns.stride;
  l.dilation = columns.dilation;
  l.padBegin = columns.padBegin;
  l.phases = std::lcm(l.channels, set_.group) / set_.group;
  const std::int64_t taps = l.rowGroups() * l.kernelColumns;
  if (l.kernelRows > mostRows || taps > mostDepthwiseTaps || l.phases * taps * set_.group * 4 > mostWeightBytes) return false;

  const bool xSigned = layer.xType == DType::i8, ySigned = layer.yType == DType::i8;
  l.flip = xSigned ? 0x80 : 0;
  l.padding = static_cast<std::uint8_t>(layer.xZero + (xSigned ? 128 : 0));
  l.flipResult = ySigned ? 0x80 : 0;
  l.zeroPoint = static_cast<std::int16_t>(layer.yZero + (ySigned ? 128 : 0));
  paddedRow_.assign(static_cast<std::size_t>(l.width * l.channels), static_cast<std::uint8_t>(l.padding ^ l.flip));

  const std::int64_t kernel = l.kernelRows * l.kernelColumns;
  const std::vector<std::int16_t> stored = wideWeights(layer, [=](std::size_t i) { return i / static_cast<std::size_t>(kernel); });
  if (std::ranges::any_of(stored, [](std::int16_t w) { return w < -128 || w > 127; })) return false;
  l.weights.assign(static_cast<std::size_t>(l.phases * taps * set_.group * 4), 0);
  if (l.kernelRows == 3 && rowsWindow_.stride == 1 && rowsWindow_.dilation == 1) l.weightsBelow = l.weights;
  for (std::int64_t i = 0; i < l.phases * set_.group; ++i) {
    const std::int64_t channel = i % l.channels, phase = i / set_.group, result = i % set_.group;
    std::uint32_t sum = 0;
    for (std::int64_t k = 0; k < kernel; ++k) {
      const std::int64_t row = k / l.kernelColumns, tap = row / 4 * l.kernelColumns + k % l.kernelColumns;
      const std::int16_t w = stored[static_cast<std::size_t>(channel * kernel + k)];
      const auto at = static_cast<std::size_t>(((phase * taps + tap) * set_.group + result) * 4 + row % 4);
      l.weights[at] = static_cast<std::int8_t>(w);
      if (!l.weightsBelow.empty()) l.weightsBelow[at + 1] = static_cast<std::int8_t>(w);
      sum += static_cast<std::uint32_t>(static_cast<std::int32_t>(w));
    }
    const auto c = static_cast<std::size_t>(channel);
    const std::uint32_t bias = layer.bias.empty() ? 0U : static_cast<std::uint32_t>(layer.bias[c]);
    l.start.push_back(static_cast<std::int32_t>(bias - sum * l.padding));
    l.multipliers.push_back(layer.multipliers[layer.multipliers.size() == 1 ? 0 : c]);
  }
  return true;
}

void Int8Depthwise::run(const std::uint8_t* x, std::uint8_t* y, std::int64_t begin, std::int64_t end) const {
  const std::int64_t rowBytes = layer_.width * layer_.channels, outBytes = layer_.outWidth * layer_.channels;
  std::uint8_t* scratch = threadScratch(static_cast<std::size_t>(layer_.scratchBytes()));
  std::array<const std::uint8_t*, static_cast<std::size_t>(mostRows) + 1> rows{};
  for (std::int64_t i = begin; i < end;) {
    const bool two = !layer_.weightsBelow.empty() && i + 1 < end && (i + 1) % outHeight_ != 0;
    const std::uint8_t* image = x + i / outHeight_ * rowsWindow_.in * rowBytes;
    const std::int64_t first = rowsWindow_.start(i % outHeight_);
    for (std::int64_t k = 0; k < layer_.kernelRows + (two ? 1 : 0); ++k) {
      const std::int64_t at = first + k * rowsWindow_.dilation;
      rows[static_cast<std::size_t>(k)] = at >= 0 && at < rowsWindow_.in ? image + at * rowBytes : paddedRow_.data();
    }
    set_.run(layer_, rows.data(), scratch, y + i * outBytes, two ? y + (i + 1) * outBytes : nullptr);
    i += two ? 2 : 1;
  }
}

bool addInt8Depthwise(Builder& builder, const Node& node, const ops::ConvShape& shape, const QuantizedLayer& layer) {
  const DepthwiseSet& set = depthwiseSets().front();
  auto made = Int8Depthwise::make(shape, layer, set);
  if (!made) return false;
  const Tag tag = shape.windows.size() == 1 ? Tag::nwc : Tag::nhwc;
  const SlotId from = builder.read(node.input(0), Desc(builder.dims(node.input(0)), *dnnlType(layer.xType), tag));
  const SlotId to = builder.write(node.output(0), Desc(builder.dims(node.output(0)), *dnnlType(layer.yType), tag));
  const auto body = [=, conv = std::make_shared<const Int8Depthwise>(*std::move(made))](Storage& storage) {
    const std::int64_t rowResults = conv->layer().outWidth * conv->layer().channels;
    parallelFor(conv->rows(), std::max<std::int64_t>(1, grainResults / rowResults), [&](std::int64_t begin, std::int64_t end) {
      conv->run(storage.as<const std::uint8_t>(from), storage.as<std::uint8_t>(to), begin, end);
    });
  };
  builder.add(std::make_unique<LoopKernel>(std::string("depthwise:") + set.name, body), {from}, {to});
  return true;
}

}  // namespace ew::cpu
