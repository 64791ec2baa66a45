// SPDX-License-Identifier: Apache-2.0
// Integer layers on each generation of processors that this one can run, against plain loops.
#include <gtest/gtest.h>
#include <omp.h>

#include <cmath>
#include <cstring>
#include <random>

#include "accel/cpu/kernels/integer_conv.h"
#include "accel/cpu/kernels/integer_product.h"

namespace ew::cpu {
namespace {

class Draw {
 public:
  explicit Draw(unsigned seed) : random_(seed) {}
  int pick(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); }
  bool chance(int percent) { return pick(1, 100) <= percent; }
  DType type() { return chance(50) ? DType::u8 : DType::i8; }
  std::int32_t zero(DType type) { return chance(30) ? 0 : type == DType::u8 ? pick(0, 255) : pick(-128, 127); }
  float scale(double centre) { return static_cast<float>(centre * std::exp(std::uniform_real_distribution<double>(-2, 2)(random_))); }
  std::vector<std::uint8_t> bytes(std::size_t count) {
    std::vector<std::uint8_t> out(count);
    const bool extreme = chance(20);
    for (std::uint8_t& b : out) b = static_cast<std::uint8_t>(extreme ? pick(0, 1) * 255 : pick(0, 255));
    return out;
  }

 private:
  std::mt19937 random_;
};

/// Sets the number of threads and puts it back.
class Threads {
 public:
  explicit Threads(int count) : before_(omp_get_max_threads()) { omp_set_num_threads(count); }
  ~Threads() { omp_set_num_threads(before_); }
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;

 private:
  int before_;
};

std::int32_t valueOf(std::uint8_t byte, DType type) { return type == DType::i8 ? static_cast<std::int8_t>(byte) : byte; }

/// Zero points, scales, bias and weights of `count` filters with `perFilter` weights each.
QuantizedLayer drawLayer(Draw& draw, const Dims& weights, std::int64_t count, std::int64_t perFilter) {
  QuantizedLayer layer;
  layer.xType = draw.type();
  layer.yType = draw.type();
  layer.xZero = draw.zero(layer.xType);
  layer.yZero = draw.zero(layer.yType);
  layer.channels = count;
  layer.w = Tensor::zeros(draw.chance(70) ? DType::i8 : DType::u8, weights);
  const std::vector<std::uint8_t> bytes = draw.bytes(static_cast<std::size_t>(layer.w.size()));
  std::memcpy(layer.w.mutableBytes().data(), bytes.data(), bytes.size());
  const bool many = draw.chance(60);
  layer.fixed = draw.chance(30);
  const double reach = 8000 * std::sqrt(static_cast<double>(perFilter));
  const bool large = draw.chance(25);  // bias near the ends of int32, where sums wrap
  for (std::int64_t i = 0; i < (many ? count : 1); ++i) {
    layer.wZero.push_back(draw.chance(60) ? 0 : draw.zero(layer.w.dtype()));
    layer.multipliers.push_back(draw.scale(large ? 1e-7 : 100 / reach));
  }
  if (draw.chance(70))
    for (std::int64_t i = 0; i < count; ++i) layer.bias.push_back(large ? (draw.pick(0, 1) * 2 - 1) * draw.pick(2000000000, 2147483647) : draw.pick(-90000, 90000));
  return layer;
}

std::uint8_t expectedByte(const QuantizedLayer& layer, std::size_t filter, std::uint32_t sum) {
  const std::uint32_t bias = layer.bias.empty() ? 0 : static_cast<std::uint32_t>(layer.bias[filter]);
  const auto acc = static_cast<std::int32_t>(sum + bias);
  const ops::Requantizer requantizer(layer.multipliers[layer.multipliers.size() == 1 ? 0 : filter], layer.yZero, layer.fixed);
  return layer.yType == DType::u8 ? requantizer.apply<std::uint8_t>(acc) : static_cast<std::uint8_t>(requantizer.apply<std::int8_t>(acc));
}

/// A sum after a layer: its parameters in the operator's terms.
struct DrawnSum {
  std::vector<std::uint8_t> other;
  DType otherType = DType::u8, yType = DType::u8;
  std::int32_t resultZero = 0, otherZero = 0, yZero = 0;
  float resultMultiplier = 0, otherMultiplier = 0;

  DrawnSum(Draw& draw, std::size_t count, const QuantizedLayer& layer)
      : other(draw.bytes(count)), otherType(draw.type()), yType(draw.type()), resultZero(draw.chance(70) ? layer.yZero : draw.zero(layer.yType)),
        otherZero(draw.zero(otherType)), yZero(draw.zero(yType)), resultMultiplier(draw.scale(0.6)), otherMultiplier(draw.scale(0.6)) {}

  IntegerSum sum(DType resultType) const {
    const auto shifted = [](std::int32_t zero, DType type) { return type == DType::i8 ? zero + 128 : zero; };
    return {shifted(resultZero, resultType), shifted(otherZero, otherType), shifted(yZero, yType), resultMultiplier, otherMultiplier,
            otherType == DType::i8 ? 0x80808080U : 0U};
  }
  std::uint8_t expected(std::uint8_t result, DType resultType, std::size_t at) const {
    const std::int32_t a = valueOf(result, resultType) - resultZero, b = valueOf(other[at], otherType) - otherZero;
    if (yType == DType::u8) return ops::addQuantizedFloat<std::uint8_t>(a, resultMultiplier, b, otherMultiplier, yZero);
    return static_cast<std::uint8_t>(ops::addQuantizedFloat<std::int8_t>(a, resultMultiplier, b, otherMultiplier, yZero));
  }
};

struct DrawnConv {
  ops::ConvShape shape;
  Dims weights;

  explicit DrawnConv(Draw& draw) {
    const int rank = draw.chance(75) ? 2 : draw.pick(1, 3);
    const bool depthwise = draw.chance(15);
    shape.groups = depthwise ? draw.pick(2, 36) : draw.chance(25) ? draw.pick(2, 5) : 1;
    const int inGroup = depthwise ? 1 : draw.chance(40) ? 4 * draw.pick(1, 9) : draw.pick(1, 30);
    const int outGroup = depthwise ? draw.pick(1, 2) : shape.groups > 1 ? draw.pick(1, 20) : draw.pick(1, 150);
    shape.batch = draw.pick(1, 2);
    shape.channels = shape.groups * inGroup;
    shape.filters = shape.groups * outGroup;
    weights = {shape.filters, inGroup};
    for (int i = 0; i < rank; ++i) {
      ops::Window w;
      w.in = draw.pick(5, rank == 3 ? 6 : 11);
      w.kernel = draw.pick(1, 4);
      w.stride = draw.pick(1, 3);
      w.dilation = draw.chance(75) ? 1 : 2;
      w.padBegin = draw.chance(10) ? -1 : draw.pick(0, 3);
      w.padEnd = draw.chance(10) ? -1 : draw.pick(0, 3);
      while (w.in + w.padBegin + w.padEnd < w.reach()) ++w.in;
      w.out = (w.in + w.padBegin + w.padEnd - w.reach()) / w.stride + 1;
      shape.windows.push_back(w);
      weights.push_back(w.kernel);
    }
  }

  /// The sum of one filter at one pixel of one image, x channels-last.
  std::uint32_t sumAt(const std::vector<std::uint8_t>& x, const QuantizedLayer& layer, std::int64_t pixel, std::int64_t filter) const {
    const std::int64_t inGroup = shape.groupChannels(), group = filter / (shape.filters / shape.groups), taps = shape.taps();
    std::uint32_t sum = 0;
    for (std::int64_t tap = 0; tap < taps; ++tap) {
      std::int64_t restTap = tap, restPixel = pixel % shape.outPlane(), from = 0, step = 1;
      bool inside = true;
      for (std::size_t axis = shape.windows.size(); axis-- > 0;) {
        const ops::Window& w = shape.windows[axis];
        const std::int64_t at = restPixel % w.out * w.stride - w.padBegin + restTap % w.kernel * w.dilation;
        inside = inside && at >= 0 && at < w.in;
        from += at * step;
        step *= w.in;
        restTap /= w.kernel;
        restPixel /= w.out;
      }
      if (!inside) continue;
      from += pixel / shape.outPlane() * shape.inPlane();
      for (std::int64_t c = 0; c < inGroup; ++c) {
        const std::int32_t a = valueOf(x[static_cast<std::size_t>(from * shape.channels + group * inGroup + c)], layer.xType) - layer.xZero;
        const std::int64_t at = (filter * inGroup + c) * taps + tap;
        const std::int32_t b = valueOf(static_cast<std::uint8_t>(layer.w.bytes()[static_cast<std::size_t>(at)]), layer.w.dtype()) -
                               layer.weightZero(static_cast<std::size_t>(filter));
        sum += static_cast<std::uint32_t>(a * b);
      }
    }
    return sum;
  }
};

void expectConv(unsigned seed) {
  Draw draw(seed);
  const DrawnConv conv(draw);
  const ops::ConvShape& shape = conv.shape;
  const QuantizedLayer layer = drawLayer(draw, conv.weights, shape.filters, shape.groupChannels() * shape.taps());
  const std::vector<std::uint8_t> x = draw.bytes(static_cast<std::size_t>(shape.batch * shape.inPlane() * shape.channels));
  const std::int64_t pixels = shape.batch * shape.outPlane();
  std::vector<std::uint8_t> expected(static_cast<std::size_t>(pixels * shape.filters));
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const auto filter = static_cast<std::int64_t>(i) % shape.filters;
    expected[i] = expectedByte(layer, static_cast<std::size_t>(filter), conv.sumAt(x, layer, static_cast<std::int64_t>(i) / shape.filters, filter));
  }
  const DrawnSum sum(draw, expected.size(), layer);
  const bool sums = !layer.fixed && draw.chance(40);
  for (std::size_t i = 0; sums && i < expected.size(); ++i) expected[i] = sum.expected(expected[i], layer.yType, i);
  for (const TileSet* set : tileSets()) {
    IntegerConv made(shape, layer, IntegerConv::pack(shape, layer, *set));
    if (sums) made.addSum(sum.sum(layer.yType), sum.yType);
    for (const int threads : {1, 3}) {
      const Threads scope(threads);
      std::vector<std::uint8_t> y(expected.size()), scratch(made.scratchBytes());
      made.run(x.data(), sums ? sum.other.data() : nullptr, y.data(), scratch.data());
      ASSERT_EQ(y, expected) << set->name << ", " << threads << " threads, seed " << seed;
    }
  }
}

TEST(IntegerLayer, ConvolutionsOfAnyShapeAreExactOnEveryProcessor) {
  for (unsigned seed = 0; seed < 250; ++seed) {
    expectConv(seed);
    if (HasFatalFailure()) return;
  }
}

void expectProduct(unsigned seed) {
  Draw draw(seed);
  ProductShape shape;
  shape.m = draw.pick(1, 40);
  shape.k = draw.pick(1, 300);
  shape.n = draw.pick(1, 200);
  shape.columnsFirst = draw.chance(50);
  const QuantizedLayer layer = drawLayer(draw, shape.columnsFirst ? Dims{shape.n, shape.k} : Dims{shape.k, shape.n}, shape.n, shape.k);
  // Exactly as long as the rows, so that a sanitizer sees what is read behind them.
  const std::vector<std::uint8_t> x = draw.bytes(static_cast<std::size_t>(shape.m * shape.k));
  std::vector<std::uint8_t> expected;
  for (std::int64_t row = 0; row < shape.m; ++row) {
    for (std::int64_t column = 0; column < shape.n; ++column) {
      std::uint32_t sum = 0;
      for (std::int64_t i = 0; i < shape.k; ++i) {
        const std::int64_t at = shape.columnsFirst ? column * shape.k + i : i * shape.n + column;
        const std::int32_t a = valueOf(x[static_cast<std::size_t>(row * shape.k + i)], layer.xType) - layer.xZero;
        const std::int32_t b = valueOf(static_cast<std::uint8_t>(layer.w.bytes()[static_cast<std::size_t>(at)]), layer.w.dtype()) -
                               layer.weightZero(static_cast<std::size_t>(column));
        sum += static_cast<std::uint32_t>(a * b);
      }
      expected.push_back(expectedByte(layer, static_cast<std::size_t>(column), sum));
    }
  }
  for (const TileSet* set : tileSets()) {
    const IntegerProduct product(shape, layer, std::make_shared<const PackedFilters>(IntegerProduct::pack(shape, layer, *set)));
    for (const int threads : {1, 3}) {
      const Threads scope(threads);
      std::vector<std::uint8_t> y(expected.size()), scratch(product.scratchBytes());
      product.run(x.data(), y.data(), scratch.data());
      ASSERT_EQ(y, expected) << set->name << ", " << threads << " threads, seed " << seed;
    }
  }
}

TEST(IntegerLayer, ProductsOfAnyShapeAreExactOnEveryProcessor) {
  for (unsigned seed = 0; seed < 150; ++seed) {
    expectProduct(seed);
    if (HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace ew::cpu
