// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>

#include "accel/fpga/array_product.h"
#include "accel/fpga/layer.h"
#include "core/ops/convolver.h"
#include "core/ops/quantized.h"

namespace ew::fpga {
namespace {

// Inputs of QLinearConv: x, x_scale, x_zero_point, w, w_scale, w_zero_point, y_scale, y_zero_point, B.
constexpr std::size_t weightInput = 3, weightZeroInput = 5, biasInput = 8;

/// Output positions that one thread lays out and multiplies at a time.
constexpr std::int64_t blockPositions = 64;

/// MACs below which waking other threads costs more than it brings.
constexpr std::int64_t smallestParallel = 500'000;

/// Filters as rows, without their zero points.
Result<Operand> packFilters(const Tensor& w, const std::vector<std::int32_t>& zeroPoints) {
  if (w.rank() < 3 || w.dim(0) == 0) return invalid("W has no filters");
  Operand out(w.dim(0), w.size() / w.dim(0));
  EW_TRY(ops::dispatchByte(w.dtype(), [&]<class T>() {
    const std::span<const T> from = w.data<T>();
    for (std::int64_t m = 0; m < out.rows; ++m) {
      const std::int32_t zero = zeroPoints[zeroPoints.size() == 1 ? 0 : static_cast<std::size_t>(m)];
      std::transform(from.begin() + m * out.depth, from.begin() + (m + 1) * out.depth, out.row(m),
                     [zero](T value) { return static_cast<std::int16_t>(value - zero); });
    }
  }));
  return out;
}

/// For each output position and tap the offset into an input channel, -1 in the padding.
std::vector<std::int32_t> tapTable(const ops::ConvShape& shape) {
  const std::int64_t positions = shape.outPlane(), taps = shape.taps();
  std::vector<std::int32_t> table(static_cast<std::size_t>(positions * taps));
  for (std::int64_t p = 0; p < positions; ++p) {
    for (std::int64_t t = 0; t < taps; ++t) {
      std::int64_t position = p, tap = t, offset = 0, stride = 1;
      for (std::size_t axis = shape.windows.size(); axis-- > 0;) {
        const ops::Window& window = shape.windows[axis];
        const std::int64_t at = window.start(position % window.out) + (tap % window.kernel) * window.dilation;
        if (at < 0 || at >= window.in) offset = -1;
        if (offset >= 0) offset += at * stride;
        position /= window.out;
        tap /= window.kernel;
        stride *= window.in;
      }
      table[static_cast<std::size_t>(p * taps + t)] = static_cast<std::int32_t>(offset);
    }
  }
  return table;
}

/// Everything that one run of a convolution needs, checked.
struct Run {
  ops::ConvShape shape;
  std::vector<std::int32_t> taps;
  std::int32_t xZero = 0;
  std::vector<ops::Requantizer> requantizers;  ///< one a filter
  std::span<const std::int32_t> bias;
  const Operand* filters = nullptr;
};

/// A block of output positions of one image as rows of group `group`'s input values.
template <class T>
void layOut(const Run& run, const T* image, std::int64_t group, std::int64_t first, Operand& rows) {
  const std::int64_t taps = run.shape.taps(), channels = run.shape.groupChannels(), plane = run.shape.inPlane();
  for (std::int64_t i = 0; i < rows.rows; ++i) {
    const std::int32_t* offsets = run.taps.data() + (first + i) * taps;
    std::int16_t* to = rows.row(i);
    for (std::int64_t c = 0; c < channels; ++c) {
      const T* from = image + (group * channels + c) * plane;
      for (std::int64_t t = 0; t < taps; ++t, ++to)
        *to = offsets[t] < 0 ? std::int16_t{0} : static_cast<std::int16_t>(from[offsets[t]] - run.xZero);
    }
  }
}

/// The same bytes as multiplyOnArray(), without laying out: one channel for each filter.
template <class T>
void depthwiseSums(const Run& run, const T* image, std::int64_t filter, std::int64_t first, std::span<std::uint32_t> sums) {
  const std::int64_t taps = run.shape.taps(), perGroup = run.shape.filters / run.shape.groups;
  const T* from = image + (filter / perGroup) * run.shape.inPlane();
  const std::int16_t* w = run.filters->row(filter);
  for (std::size_t i = 0; i < sums.size(); ++i) {
    const std::int32_t* offsets = run.taps.data() + (first + static_cast<std::int64_t>(i)) * taps;
    std::int32_t sum = 0;
    for (std::int64_t t = 0; t < taps; ++t)
      if (offsets[t] >= 0) sum += (from[offsets[t]] - run.xZero) * w[t];
    sums[i] = static_cast<std::uint32_t>(sum);
  }
}

template <class Out>
void requantize(const Run& run, std::int64_t filter, std::span<const std::uint32_t> sums, std::size_t step, Out* to) {
  const std::uint32_t bias = run.bias.empty() ? 0 : static_cast<std::uint32_t>(run.bias[static_cast<std::size_t>(filter)]);
  const ops::Requantizer& requantizer = run.requantizers[static_cast<std::size_t>(filter)];
  for (std::size_t i = 0; i * step < sums.size(); ++i)
    to[i] = requantizer.apply<Out>(static_cast<std::int32_t>(sums[i * step] + bias));
}

class ConvLayer final : public Layer {
 public:
  ConvLayer(device::SystolicArray array, int threads, std::optional<Operand> packed)
      : array_(std::move(array)), threads_(threads), packed_(std::move(packed)) {}

  Status run(ops::ComputeContext& context) const override {
    const Tensor& x = context.inputs[0];
    const Tensor& w = context.inputs[weightInput];
    const DType type = ops::zeroPointType(context, 7, x.dtype());
    Operand packedNow;
    EW_ASSIGN(Run run, prepare(context, type, packedNow));
    EW_ASSIGN(Tensor y, Tensor::create(type, run.shape.outDims()));
    if (y.size() > 0 && w.size() > 0) {
      EW_TRY(ops::dispatchByte(x.dtype(), [&]<class T>() {
        (void)ops::dispatchByte(type, [&]<class Out>() { multiply(run, x.data<T>().data(), y.mutableData<Out>().data()); });
      }));
    }
    context.outputs[0] = std::move(y);
    return {};
  }

 private:
  Result<Run> prepare(const ops::ComputeContext& context, DType type, Operand& packedNow) const {
    const Tensor& x = context.inputs[0];
    const Tensor& w = context.inputs[weightInput];
    Run run;
    EW_ASSIGN(run.shape, ops::convShape(context.node, x.dims(), w.dims()));
    EW_ASSIGN(const ops::QuantParameters xScaling, ops::quantParameters(context, 1, 2, x.dtype()));
    EW_ASSIGN(const ops::QuantParameters wScaling, ops::quantParameters(context, 4, weightZeroInput, w.dtype(), run.shape.filters));
    EW_ASSIGN(const ops::QuantParameters yScaling, ops::quantParameters(context, 6, 7, type));
    EW_ASSIGN(const bool fixed, ops::usesFixedPoint(context.node));
    for (std::int64_t m = 0; m < run.shape.filters; ++m) {
      const float multiplier = (xScaling.scale() * wScaling.scale(static_cast<std::size_t>(m))) / yScaling.scale();
      EW_ASSIGN(const ops::Requantizer requantizer, ops::requantizerFor(multiplier, yScaling.zeroPoint(), fixed));
      run.requantizers.push_back(requantizer);
    }
    if (context.has(biasInput)) {
      const Tensor& bias = context.inputs[biasInput];
      if (bias.dtype() != DType::i32 || bias.dims() != Dims{run.shape.filters}) return invalid("B is not int32 with one value a filter");
      run.bias = bias.data<std::int32_t>();
    }
    run.xZero = xScaling.zeroPoint();
    run.taps = tapTable(run.shape);
    run.filters = packed_ ? &*packed_ : &packedNow;
    if (!packed_ && w.size() > 0) {
      EW_ASSIGN(packedNow, packFilters(w, wScaling.zeroPoints));
    }
    return run;
  }

  template <class T, class Out>
  void multiply(const Run& run, const T* x, Out* y) const {
    const ops::ConvShape& shape = run.shape;
    const std::int64_t plane = shape.outPlane(), blocks = (plane + blockPositions - 1) / blockPositions;
    const bool depthwise = shape.groupChannels() == 1 && shape.groups > 1;
    const bool worthThreads = shape.batch * plane * run.filters->depth * shape.filters > smallestParallel;
#pragma omp parallel for num_threads(threads_) schedule(static) if (worthThreads)
    for (std::int64_t block = 0; block < shape.batch * blocks; ++block) {
      const std::int64_t n = block / blocks, first = block % blocks * blockPositions;
      const std::int64_t positions = std::min(blockPositions, plane - first);
      const T* image = x + n * shape.channels * shape.inPlane();
      Out* to = y + n * shape.filters * plane + first;
      if (depthwise) multiplyDepthwise(run, image, first, positions, to);
      else multiplyBlock(run, image, first, positions, to);
    }
  }

  template <class T, class Out>
  void multiplyBlock(const Run& run, const T* image, std::int64_t first, std::int64_t positions, Out* to) const {
    const ops::ConvShape& shape = run.shape;
    const std::int64_t perGroup = shape.filters / shape.groups, plane = shape.outPlane();
    Operand rows(positions, run.filters->depth);
    std::vector<std::uint32_t> sums(static_cast<std::size_t>(positions * perGroup));
    for (std::int64_t group = 0; group < shape.groups; ++group) {
      layOut(run, image, group, first, rows);
      multiplyOnArray(rows, {0, positions}, *run.filters, {group * perGroup, perGroup}, array_, sums);
      for (std::int64_t j = 0; j < perGroup; ++j)
        requantize(run, group * perGroup + j, std::span<const std::uint32_t>(sums).subspan(static_cast<std::size_t>(j)),
                   static_cast<std::size_t>(perGroup), to + (group * perGroup + j) * plane);
    }
  }

  template <class T, class Out>
  void multiplyDepthwise(const Run& run, const T* image, std::int64_t first, std::int64_t positions, Out* to) const {
    std::vector<std::uint32_t> sums(static_cast<std::size_t>(positions));
    for (std::int64_t m = 0; m < run.shape.filters; ++m) {
      depthwiseSums(run, image, m, first, sums);
      requantize<Out>(run, m, sums, 1, to + m * run.shape.outPlane());
    }
  }

  device::SystolicArray array_;
  int threads_;
  std::optional<Operand> packed_;
};

/// The filters packed once, when weights and zero points are constant.
std::optional<Operand> packedConstant(const Graph& graph, const Node& node) {
  const Tensor* w = graph.initializer(node.input(weightInput));
  const ValueId zeroId = node.input(weightZeroInput);
  const Tensor* zero = zeroId == kNone ? nullptr : graph.initializer(zeroId);
  if (w == nullptr || w->rank() < 3 || (zeroId != kNone && zero == nullptr)) return std::nullopt;
  std::vector<std::int32_t> zeros{0};
  if (zero != nullptr) {
    const Result<std::vector<std::int64_t>> values = toInts(*zero);
    if (!values.ok() || (values->size() != 1 && std::ssize(*values) != w->dim(0))) return std::nullopt;
    zeros.assign(values->begin(), values->end());
  }
  Result<Operand> packed = packFilters(*w, zeros);
  return packed.ok() ? std::optional<Operand>(*std::move(packed)) : std::nullopt;
}

}  // namespace

std::unique_ptr<Layer> makeConvLayer(const Graph& graph, const Node& node, const device::SystolicArray& array, int threads) {
  return std::make_unique<ConvLayer>(array, threads, packedConstant(graph, node));
}

}  // namespace ew::fpga
