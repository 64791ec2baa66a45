// SPDX-License-Identifier: Apache-2.0
// Every generation's depthwise loops against a plain sum for each output, requantized as the contract says.
#include <gtest/gtest.h>

#include <random>

#include "accel/cpu/kernels/int8_depthwise.h"
#include "tests/accel/cpu_support.h"

namespace ew::cpu {
namespace {

struct Case {
  std::int64_t channels = 1, height = 1, width = 1, kernelRows = 1, kernelColumns = 1, stride = 1, dilation = 1, padBegin = 0, padEnd = 0;
  DType x = DType::u8, w = DType::i8, y = DType::u8;
  bool perChannel = true, bias = true, flat = false;  ///< flat: one axis
};

ops::Window window(std::int64_t in, std::int64_t kernel, const Case& c) {
  ops::Window w{.in = in, .out = 0, .kernel = kernel, .stride = c.stride, .dilation = c.dilation, .padBegin = c.padBegin, .padEnd = c.padEnd};
  w.out = (in + c.padBegin + c.padEnd - w.reach()) / c.stride + 1;
  return w;
}

class Layer {
 public:
  explicit Layer(const Case& c, unsigned seed) : case_(c), random_(seed) {
    shape.batch = 2;
    shape.channels = shape.filters = shape.groups = c.channels;
    if (!c.flat) shape.windows.push_back(window(c.height, c.kernelRows, c));
    shape.windows.push_back(window(c.width, c.kernelColumns, c));
    layer.xType = c.x;
    layer.yType = c.y;
    layer.xZero = zeroOf(c.x);
    layer.yZero = zeroOf(c.y);
    layer.channels = c.channels;
    layer.w = Tensor::zeros(c.w, {c.channels * shape.taps()});
    for (std::byte& byte : layer.w.mutableBytes()) byte = static_cast<std::byte>(c.w == DType::u8 ? 100 + pick(0, 55) : pick(0, 255));
    const int count = c.perChannel ? static_cast<int>(c.channels) : 1;
    for (int i = 0; i < count; ++i) {
      layer.wZero.push_back(c.w == DType::u8 ? 128 : 0);
      // Powers of two make ties; some are large enough that everything saturates.
      layer.multipliers.push_back(std::ldexp(1.0F, pick(-11, i % 7 == 6 ? 20 : -5)) * (i % 2 == 0 ? 1.0F : 1.37F));
    }
    for (int i = 0; c.bias && i < static_cast<int>(c.channels); ++i) layer.bias.push_back(i % 5 == 4 ? 2147483647 - pick(0, 99) : pick(-60000, 60000));
    x.resize(static_cast<std::size_t>(shape.batch * shape.inPlane() * c.channels));
    for (std::uint8_t& byte : x) byte = static_cast<std::uint8_t>(pick(0, 255));
  }

  /// The byte of one result, from the definition.
  std::uint8_t expected(std::int64_t image, std::int64_t row, std::int64_t column, std::int64_t channel) const {
    std::uint32_t sum = layer.bias.empty() ? 0U : static_cast<std::uint32_t>(layer.bias[static_cast<std::size_t>(channel)]);
    const std::int64_t height = case_.flat ? 1 : case_.height, kernelRows = case_.flat ? 1 : case_.kernelRows;
    for (std::int64_t i = 0; i < kernelRows; ++i)
      for (std::int64_t k = 0; k < case_.kernelColumns; ++k) {
        const std::int64_t r = case_.flat ? 0 : row * case_.stride - case_.padBegin + i * case_.dilation, q = column * case_.stride - case_.padBegin + k * case_.dilation;
        if (r < 0 || r >= height || q < 0 || q >= case_.width) continue;
        const auto at = static_cast<std::size_t>(((image * height + r) * case_.width + q) * case_.channels + channel);
        const auto tap = static_cast<std::size_t>(channel * shape.taps() + i * case_.kernelColumns + k);
        const int xv = (case_.x == DType::u8 ? x[at] : static_cast<std::int8_t>(x[at])) - layer.xZero;
        const auto stored = std::to_integer<std::uint8_t>(layer.w.bytes()[tap]);
        sum += static_cast<std::uint32_t>(xv * ((case_.w == DType::u8 ? stored : static_cast<std::int8_t>(stored)) - layer.weightZero(static_cast<std::size_t>(channel))));
      }
    const float multiplier = layer.multipliers[layer.multipliers.size() == 1 ? 0 : static_cast<std::size_t>(channel)];
    const auto acc = static_cast<std::int32_t>(sum);
    if (case_.y == DType::u8) return ops::requantizeFloat<std::uint8_t>(acc, multiplier, layer.yZero);
    return static_cast<std::uint8_t>(ops::requantizeFloat<std::int8_t>(acc, multiplier, layer.yZero));
  }

  ops::ConvShape shape;
  QuantizedLayer layer;
  std::vector<std::uint8_t> x;

 private:
  int pick(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); }
  std::int32_t zeroOf(DType type) { return type == DType::u8 ? pick(0, 255) : pick(-128, 127); }
  Case case_;
  std::mt19937 random_;
};

void expectExact(const Case& c, unsigned seed) {
  const Layer made(c, seed);
  for (const DepthwiseSet& set : depthwiseSets()) {
    const auto conv = Int8Depthwise::make(made.shape, made.layer, set);
    ASSERT_TRUE(conv) << set.name;
    const std::int64_t columns = made.shape.windows.back().out, rows = conv->rows();
    const std::size_t results = static_cast<std::size_t>(rows * columns * c.channels);
    std::vector<std::uint8_t> y(results + 64, 0xEE);
    conv->run(made.x.data(), y.data(), 0, rows / 2);
    conv->run(made.x.data(), y.data(), rows / 2, rows);
    const std::int64_t height = rows / made.shape.batch;
    for (std::size_t i = 0; i < results; ++i) {
      const auto at = static_cast<std::int64_t>(i);
      const std::int64_t row = at / c.channels / columns;
      ASSERT_EQ(int{y[i]}, int{made.expected(row / height, row % height, at / c.channels % columns, at % c.channels)})
          << set.name << " seed " << seed << " result " << i << " of " << results;
    }
    for (std::size_t i = results; i < y.size(); ++i) ASSERT_EQ(y[i], 0xEE) << set.name << ": written beyond the end";
  }
}

TEST(Int8Depthwise, KernelsOfThreeByThreeInAnyNumberOfChannels) {
  for (const std::int64_t channels : {1, 3, 8, 16, 24, 32, 40, 64, 96, 130, 192})
    for (const std::int64_t stride : {1, 2})
      expectExact({.channels = channels, .height = 9, .width = 11, .kernelRows = 3, .kernelColumns = 3, .stride = stride, .padBegin = 1, .padEnd = 1},
                  static_cast<unsigned>(channels * 2 + stride));
}

TEST(Int8Depthwise, AnyKernelStrideDilationAndPadding) {
  std::mt19937 random(5);
  const auto pick = [&](int low, int high) { return std::uniform_int_distribution<int>(low, high)(random); };
  for (unsigned seed = 0; seed < 60; ++seed) {
    Case c{.channels = pick(1, 40), .height = pick(8, 14), .width = pick(8, 14), .kernelRows = pick(1, 7), .kernelColumns = pick(1, 7), .stride = pick(1, 3)};
    if (c.kernelRows < 4 && c.kernelColumns < 4) c.dilation = pick(1, 3);
    c.padBegin = pick(0, 3);
    c.padEnd = pick(0, 3);
    c.x = pick(0, 1) == 0 ? DType::u8 : DType::i8;
    c.y = pick(0, 1) == 0 ? DType::u8 : DType::i8;
    c.w = pick(0, 3) == 0 ? DType::u8 : DType::i8;
    c.perChannel = pick(0, 3) != 0;
    c.bias = pick(0, 3) != 0;
    c.flat = pick(0, 4) == 0;
    expectExact(c, seed);
  }
}

TEST(Int8Depthwise, AnImageSmallerThanItsPadding) {
  expectExact({.channels = 5, .height = 1, .width = 2, .kernelRows = 3, .kernelColumns = 3, .padBegin = 3, .padEnd = 4}, 3);
  expectExact({.channels = 5, .height = 2, .width = 1, .kernelRows = 2, .kernelColumns = 2, .stride = 4, .padBegin = 2, .padEnd = 5}, 4);
}

TEST(Int8Depthwise, OtherLayersAreLeftToOthers) {
  Layer several({.channels = 4, .height = 5, .width = 5, .kernelRows = 3, .kernelColumns = 3}, 1);
  const DepthwiseSet& set = depthwiseSets().front();
  Layer wide = several, fixed = several;
  several.shape.filters = 8;
  EXPECT_FALSE(Int8Depthwise::make(several.shape, several.layer, set));
  wide.layer.wZero = {-100};
  EXPECT_FALSE(Int8Depthwise::make(wide.shape, wide.layer, set));
  fixed.layer.fixed = true;
  EXPECT_FALSE(Int8Depthwise::make(fixed.shape, fixed.layer, set));
}

TEST(Int8Depthwise, TheBackendUsesItOnOneAndThreeThreads) {
  const std::string text = R"(
    opset 17
    input x:u8[1,24,60,61]
    xs:f32[] = {0.02}
    xz:u8[] = {117}
    W:i8[24,1,3,3] = random(7)
    ws:f32[] = {0.01}
    wz:i8[] = {0}
    ys:f32[] = {0.05}
    yz:u8[] = {128}
    QLinearConv(x, xs, xz, W, ws, wz, ys, yz){group=24, pads=[1,1,1,1]} -> y
    output y)";
  for (const int threads : {1, 3}) {
    CompileOptions options;
    options.threads = threads;
    test::expectSameAsReference(text, 2, options);
    EXPECT_EQ(test::kernelsOf(text, options).find("dnnl:brdgmm"), std::string::npos);
    EXPECT_NE(test::kernelsOf(text, options).find("depthwise:"), std::string::npos);
  }
}

}  // namespace
}  // namespace ew::cpu
