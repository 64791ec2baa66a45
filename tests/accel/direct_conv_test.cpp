// SPDX-License-Identifier: Apache-2.0
#include <omp.h>

#include <cmath>
#include <random>

#include "accel/cpu/loops/depthwise_conv.h"
#include "accel/cpu/loops/direct_conv.h"
#include "tests/accel/cpu_support.h"

namespace ew::cpu {
namespace {

/// A convolution, and how its operands lie: `inner` channels together.
struct Case {
  std::string name;
  std::int64_t batch = 1, channels = 0, filters = 0, height = 0, width = 0, kernel = 1, stride = 1, dilation = 1, padBegin = 0, padEnd = 0;
  std::int64_t inner = 0;
  bool depthwise = false;
};

class Values {
 public:
  explicit Values(unsigned seed) : random_(seed) {}
  AlignedFloats some(std::int64_t count) {
    AlignedFloats out(static_cast<std::size_t>(count));
    for (float& value : out) value = normal_(random_);
    return out;
  }

 private:
  std::mt19937 random_;
  std::normal_distribution<float> normal_;
};

/// Where an element of a value lies whose channels come in pieces of `inner`.
std::int64_t at(std::int64_t channels, std::int64_t height, std::int64_t width, std::int64_t inner, std::int64_t n, std::int64_t c, std::int64_t h, std::int64_t w) {
  return ((n * (channels / inner) + c / inner) * height * width + h * width + w) * inner + c % inner;
}

double activated(double x, const TileAfter& after) {
  const double bounded = std::min<double>(std::max<double>(x, after.low), after.high);
  switch (after.activation) {
    case TileActivation::None: return bounded;
    case TileActivation::Swish: return bounded / (1 + std::exp(-bounded));
    case TileActivation::Sigmoid: return 1 / (1 + std::exp(-bounded));
    case TileActivation::HardSwish: return bounded * std::min(1.0, std::max(0.0, bounded / 6 + 0.5));
    case TileActivation::Leaky: return bounded < 0 ? bounded * static_cast<double>(after.alpha) : bounded;
  }
  return x;
}

class Convolution {
 public:
  explicit Convolution(const Case& c) : c_(c), outHeight_(extent(c.height)), outWidth_(extent(c.width)), values_(11) {
    const std::int64_t taps = c.kernel * c.kernel;
    x = values_.some(c.batch * c.channels * c.height * c.width);
    weights = values_.some(c.filters * (c.depthwise ? 1 : c.channels) * taps);
    bias = values_.some(c.filters);
    residual = values_.some(c.batch * c.filters * outHeight_ * outWidth_);
  }

  std::int64_t yInner() const { return c_.depthwise ? c_.inner : c_.inner == 16 && c_.channels > 16 ? 16 : c_.filters; }

  std::vector<float> expected(const TileAfter& after, bool withBias, bool withResidual) const {
    std::vector<float> y(residual.size());
    for (std::int64_t n = 0; n < c_.batch; ++n)
      for (std::int64_t m = 0; m < c_.filters; ++m)
        for (std::int64_t i = 0; i < outHeight_; ++i)
          for (std::int64_t j = 0; j < outWidth_; ++j) {
            const auto to = static_cast<std::size_t>(at(c_.filters, outHeight_, outWidth_, yInner(), n, m, i, j));
            const double sum = sumAt(n, m, i, j) + (withBias ? static_cast<double>(bias[static_cast<std::size_t>(m)]) : 0);
            const double beside = withResidual ? static_cast<double>(residual[to]) : 0;
            y[to] = static_cast<float>(after.residualLast ? activated(sum, after) + beside : activated(sum + beside, after));
          }
    return y;
  }

  DirectShape shape() const {
    DirectShape s;
    s.batch = c_.batch;
    s.channels = c_.channels;
    s.filters = c_.filters;
    s.height = c_.height;
    s.width = c_.width;
    s.outHeight = outHeight_;
    s.outWidth = outWidth_;
    s.kernelHeight = s.kernelWidth = c_.kernel;
    s.strideHeight = s.strideWidth = c_.stride;
    s.dilationHeight = s.dilationWidth = c_.dilation;
    s.padTop = s.padLeft = c_.padBegin;
    s.xInner = c_.inner;
    s.xColumnStep = c_.inner;
    s.xRowStep = c_.width * c_.inner;
    s.xOuterStep = c_.height * s.xRowStep;
    s.xBatchStep = c_.channels * c_.height * c_.width;
    s.yColumnStep = yInner();
    s.yRowStep = outWidth_ * yInner();
    s.yBatchStep = c_.filters * outHeight_ * outWidth_;
    s.yVectorStep = yInner() == c_.filters ? 0 : outHeight_ * s.yRowStep;
    return s;
  }

  AlignedFloats x, weights, bias, residual;

 private:
  std::int64_t extent(std::int64_t in) const { return (in + c_.padBegin + c_.padEnd - (c_.kernel - 1) * c_.dilation - 1) / c_.stride + 1; }

  double sumAt(std::int64_t n, std::int64_t m, std::int64_t i, std::int64_t j) const {
    double sum = 0;
    const std::int64_t depth = c_.depthwise ? 1 : c_.channels;
    for (std::int64_t d = 0; d < depth; ++d)
      for (std::int64_t a = 0; a < c_.kernel; ++a)
        for (std::int64_t b = 0; b < c_.kernel; ++b) {
          const std::int64_t h = i * c_.stride + a * c_.dilation - c_.padBegin, w = j * c_.stride + b * c_.dilation - c_.padBegin;
          if (h < 0 || h >= c_.height || w < 0 || w >= c_.width) continue;
          const std::int64_t channel = c_.depthwise ? m : d;
          sum += static_cast<double>(x[static_cast<std::size_t>(at(c_.channels, c_.height, c_.width, c_.inner, n, channel, h, w))]) *
                 static_cast<double>(weights[static_cast<std::size_t>(((m * depth + d) * c_.kernel + a) * c_.kernel + b)]);
        }
    return sum;
  }

  const Case& c_;
  std::int64_t outHeight_, outWidth_;
  Values values_;
};

AlignedFloats computed(const Case& c, const Convolution& layer, const TileAfter& after, const FloatTileSet& set, bool withBias, bool withResidual) {
  AlignedFloats y(layer.residual.size(), -77.0F);
  const float* bias = withBias ? layer.bias.data() : nullptr;
  const float* residual = withResidual ? layer.residual.data() : nullptr;
  if (c.depthwise) {
    DepthwiseConv(layer.shape(), layer.weights.data(), bias, after, set).run(layer.x.data(), residual, y.data());
  } else {
    const DirectConv conv(layer.shape(), layer.weights.data(), bias, after, set);
    AlignedFloats scratch(conv.scratchElements(omp_get_max_threads()), std::nanf(""));
    conv.run(layer.x.data(), residual, y.data(), scratch.data());
  }
  return y;
}

void expectNear(const std::vector<float>& expected, const AlignedFloats& actual, const std::string& what) {
  double largest = 0, worst = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    largest = std::max(largest, std::fabs(static_cast<double>(expected[i])));
    worst = std::max(worst, std::fabs(static_cast<double>(expected[i]) - static_cast<double>(actual[i])));
    if (!std::isfinite(actual[i])) worst = INFINITY;
  }
  EXPECT_LE(worst, 1e-5 * largest) << what;
}

/// On every kind of processor that this one can stand in for, with 1 and 3 threads, which must not change a byte.
void check(const Case& c, const TileAfter& after, bool withBias, bool withResidual) {
  const Convolution layer(c);
  const std::vector<float> expected = layer.expected(after, withBias, withResidual);
  const int before = omp_get_max_threads();
  for (const FloatTileSet* set : floatTileSets()) {
    if (layer.yInner() == 16 && c.filters > 16 && set->lanes != 16) continue;  // what DirectConv does not take
    omp_set_num_threads(1);
    const AlignedFloats one = computed(c, layer, after, *set, withBias, withResidual);
    omp_set_num_threads(3);
    const AlignedFloats three = computed(c, layer, after, *set, withBias, withResidual);
    omp_set_num_threads(before);
    expectNear(expected, one, c.name + " " + set->name);
    EXPECT_EQ(one, three) << c.name << " " << set->name;
  }
}

const Case cases[] = {
    {"one pixel", 1, 5, 3, 1, 1, 1, 1, 1, 0, 0, 5},
    {"pointwise", 1, 7, 19, 5, 9, 1, 1, 1, 0, 0, 7},
    {"pointwise, many filters", 1, 33, 200, 3, 3, 1, 1, 1, 0, 0, 33},
    {"pointwise, a batch", 3, 16, 40, 4, 5, 1, 1, 1, 0, 0, 16},
    {"pointwise, stride 2", 2, 12, 24, 7, 9, 1, 2, 1, 0, 0, 12},
    {"pointwise, blocks", 2, 32, 48, 5, 6, 1, 1, 1, 0, 0, 16},
    {"pointwise, many pixels", 1, 64, 17, 40, 40, 1, 1, 1, 0, 0, 64},
    {"3x3", 1, 6, 10, 9, 11, 3, 1, 1, 1, 1, 6},
    {"3x3, padding at one end, stride 2", 2, 3, 8, 12, 10, 3, 2, 1, 0, 1, 3},
    {"3x3 of an image, stride 2", 1, 3, 32, 33, 50, 3, 2, 1, 1, 1, 1},
    {"3x3 of blocks", 1, 32, 32, 9, 9, 3, 1, 1, 1, 1, 16},
    {"3x3, dilated", 1, 4, 6, 12, 9, 3, 1, 2, 2, 2, 4},
    {"3x3 of an image, dilated", 2, 2, 6, 12, 9, 3, 1, 2, 2, 2, 1},
    {"3x3 without padding", 2, 5, 20, 30, 9, 3, 1, 1, 0, 0, 5},
    {"7x7 of an image, stride 2", 1, 3, 70, 37, 41, 7, 2, 1, 3, 3, 1},
    {"a kernel larger than its image", 1, 2, 5, 2, 3, 7, 1, 1, 3, 3, 2},
    {"tall image", 1, 1, 9, 300, 3, 3, 1, 1, 1, 1, 1},
    {"depthwise 3x3", 1, 37, 37, 9, 11, 3, 1, 1, 1, 1, 37, true},
    {"depthwise 3x3, stride 2", 2, 24, 24, 12, 30, 3, 2, 1, 0, 1, 24, true},
    {"depthwise 3x3, stride 3", 1, 16, 16, 13, 14, 3, 3, 1, 1, 1, 16, true},
    {"depthwise 3x3, dilated", 1, 20, 20, 13, 14, 3, 1, 2, 2, 2, 20, true},
    {"depthwise 5x5", 1, 5, 5, 11, 30, 5, 1, 1, 2, 2, 5, true},
    {"depthwise 5x5, stride 2", 2, 40, 40, 8, 17, 5, 2, 1, 2, 2, 40, true},
    {"depthwise of one pixel", 1, 64, 64, 1, 1, 3, 1, 1, 1, 1, 64, true},
    {"depthwise 7x7 of a smaller image", 1, 18, 18, 3, 4, 7, 1, 1, 3, 3, 18, true},
};

TEST(CpuDirectConv, EveryShapeAndLayoutIsTheDefinition) {
  TileAfter relu;
  relu.low = 0;
  for (const Case& c : cases) check(c, relu, true, false);
}

TEST(CpuDirectConv, EveryActivationFollowsBiasAndResidual) {
  TileAfter after, clipped;
  clipped.low = -0.5F;
  clipped.high = 6;
  check(cases[1], after, false, false);
  check(cases[17], after, false, true);
  for (const Case& c : {cases[1], cases[5], cases[9], cases[17], cases[18]}) {
    check(c, clipped, true, true);
    for (const TileActivation activation : {TileActivation::Swish, TileActivation::Sigmoid, TileActivation::HardSwish, TileActivation::Leaky}) {
      after.activation = activation;
      after.alpha = 0.1F;
      check(c, after, true, activation == TileActivation::Leaky);
      TileAfter last = after;
      last.residualLast = true;
      check(c, last, true, true);
    }
  }
}

TEST(CpuDirectConv, LargeValuesAndNaNPassThroughSwish) {
  const Case c{"extremes", 1, 1, 1, 1, 6, 1, 1, 1, 0, 0, 1};
  Convolution layer(c);
  layer.weights[0] = 1;
  layer.x = {-1000, -90, 90, 1000, std::nanf(""), 0};
  TileAfter swish;
  swish.activation = TileActivation::Swish;
  for (const FloatTileSet* set : floatTileSets()) {
    const AlignedFloats y = computed(c, layer, swish, *set, false, false);
    EXPECT_NEAR(y[0], 0, 1e-30) << set->name;
    EXPECT_NEAR(y[1], 0, 1e-30) << set->name;
    EXPECT_EQ(y[2], 90) << set->name;
    EXPECT_EQ(y[3], 1000) << set->name;
    EXPECT_TRUE(std::isnan(y[4])) << set->name;
    EXPECT_EQ(y[5], 0) << set->name;
  }
}

TEST(CpuDirectConv, TheEndsOfTheRangePassThroughSigmoidAndSwish) {
  constexpr float infinity = std::numeric_limits<float>::infinity(), most = std::numeric_limits<float>::max();
  const Case c{"ends", 1, 1, 1, 1, 4, 1, 1, 1, 0, 0, 1};
  Convolution layer(c);
  layer.weights[0] = 1;
  layer.x = {infinity, most, -most, -infinity};
  TileAfter sigmoid, swish;
  sigmoid.activation = TileActivation::Sigmoid;
  swish.activation = TileActivation::Swish;
  for (const FloatTileSet* set : floatTileSets()) {
    const AlignedFloats s = computed(c, layer, sigmoid, *set, false, false), y = computed(c, layer, swish, *set, false, false);
    EXPECT_EQ(s[0], 1) << set->name;
    EXPECT_EQ(s[1], 1) << set->name;
    EXPECT_NEAR(s[2], 0, 1e-30) << set->name;
    EXPECT_NEAR(s[3], 0, 1e-30) << set->name;
    EXPECT_EQ(y[0], infinity) << set->name;
    EXPECT_EQ(y[1], most) << set->name;
  }
}

TEST(CpuDirectConv, ABoundedNaNStaysNaN) {
  const Case c{"NaN", 1, 1, 1, 1, 2, 1, 1, 1, 0, 0, 1};
  Convolution layer(c);
  layer.x = {std::nanf(""), -1};
  TileAfter relu;
  relu.low = 0;
  for (const FloatTileSet* set : floatTileSets()) EXPECT_TRUE(std::isnan(computed(c, layer, relu, *set, true, false)[0])) << set->name;
}

TEST(CpuDirectConv, NegativePadsCutTheImage) {
  for (const char* const layer : {"A:f32[8,3,3,3] = random(2)\nConv(x, A){pads=[-1,-2,1,0]} -> y", "A:f32[8,3,1,1] = random(2)\nConv(x, A){pads=[-1,-1,-1,-1]} -> y",
                                  "A:f32[3,1,3,3] = random(2)\nConv(x, A){pads=[-1,-1,0,1],group=3} -> y"})
    for (const bool reproducible : {false, true}) {
      CompileOptions options;
      options.reproducible = reproducible;
      test::expectSameAsReference("input x:f32[2,3,9,11]\n" + std::string(layer) + "\noutput y", 1, options);
    }
  test::expectSameAsReference("input x:f32[1,16,9,11]\nA:f32[32,16,3,3] = random(2)\nConv(x, A){pads=[-1,-1,1,1]} -> y\noutput y");
}

TEST(CpuDirectConv, LayersWithOtherBoundsShareNoWork) {
  CompileOptions options;
  options.reproducible = true;
  test::expectSameAsReference(R"(
    input x:f32[1,3,8,8]
    A:f32[8,3,3,3] = random(2)
    low:f32[] = {0}
    high:f32[] = {0.00000001}
    higher:f32[] = {0.00000004}
    Conv(x, A) -> a
    Clip(a, low, high) -> y
    Conv(x, A) -> b
    Clip(b, low, higher) -> z
    output y
    output z
  )", 1, options);
}

const char* const mobileBlock = R"(
  input x:f32[1,3,34,30]
  A:f32[24,3,3,3] = random(2)
  B:f32[24,1,3,3] = random(3)
  C:f32[24,24,1,1] = random(4)
  b:f32[24] = random(5)
  Conv(x, A, b){pads=[1,1,1,1],strides=[2,2]} -> p
  Sigmoid(p) -> ps
  Mul(p, ps) -> q
  Conv(q, B, b){pads=[1,1,1,1],group=24} -> r
  Sigmoid(r) -> rs
  Mul(r, rs) -> s
  Conv(s, C, b) -> t
  Add(t, q) -> u
  Relu(u) -> v
  Conv(v, C, b) -> w
  Sigmoid(w) -> ws
  Mul(w, ws) -> z
  Add(z, v) -> y
  output y
)";

TEST(CpuDirectConv, ABlockOfAMobileNetworkIsTheReference) {
  test::expectSameAsReference(mobileBlock);
  CompileOptions options;
  options.reproducible = true;
  test::expectSameAsReference(mobileBlock, 2, options);
}

}  // namespace
}  // namespace ew::cpu
