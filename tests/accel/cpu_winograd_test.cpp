// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

#include "accel/cpu/kernels/winograd_layer.h"
#include "tests/accel/cpu_support.h"

namespace ew::cpu {
namespace {

using Floats = std::vector<float>;
using Kind = WinogradPostOp::Kind;

Floats randomFloats(std::int64_t count, unsigned seed) {
  std::mt19937 generator(seed);
  Floats out(static_cast<std::size_t>(count));
  for (float& value : out) value = static_cast<float>(static_cast<double>(generator()) / 2147483648.0 - 1.0);
  return out;
}

/// Memory that starts at a cache line, as the arena does, filled with what no sum survives.
class Lines {
 public:
  explicit Lines(std::size_t floats) : block_(floats + 16, std::nanf("")) {
    auto* const begin = reinterpret_cast<std::byte*>(block_.data());
    const std::size_t past = reinterpret_cast<std::uintptr_t>(begin) % 64;
    data_ = reinterpret_cast<float*>(begin + (past == 0 ? 0 : 64 - past));
  }
  float* get() { return data_; }

 private:
  Floats block_;
  float* data_;
};

/// A layer with its operands, row-major.
struct Problem {
  WinogradShape shape;
  Floats x, w, bias, residual;
  std::vector<WinogradPostOp> postOps;
};

Problem problemOf(WinogradShape shape, std::vector<WinogradPostOp> postOps = {}) {
  return {shape, randomFloats(shape.batch * shape.channels * shape.height * shape.width, 1), randomFloats(shape.filters * shape.channels * 9, 2),
          randomFloats(shape.filters, 3), randomFloats(shape.batch * shape.filters * shape.outHeight * shape.outWidth, 4), std::move(postOps)};
}

double after(const WinogradPostOp& op, double x, double residual) {
  const double alpha = static_cast<double>(op.alpha), beta = static_cast<double>(op.beta);
  switch (op.kind) {
    case Kind::Residual: return x + residual;
    case Kind::Relu: return x < 0 ? x * alpha : x;
    case Kind::Clip: return std::clamp(x, alpha, beta);
    case Kind::Linear: return alpha * x + beta;
    case Kind::HardSwish: return x * std::clamp(x / 6 + 0.5, 0.0, 1.0);
  }
  return x;
}

/// The definition of a convolution.
std::vector<double> direct(const Problem& p) {
  const WinogradShape& s = p.shape;
  std::vector<double> y;
  for (std::int64_t n = 0; n < s.batch; ++n)
    for (std::int64_t m = 0; m < s.filters; ++m)
      for (std::int64_t i = 0; i < s.outHeight; ++i)
        for (std::int64_t j = 0; j < s.outWidth; ++j) {
          double sum = static_cast<double>(p.bias[static_cast<std::size_t>(m)]);
          for (std::int64_t c = 0; c < s.channels; ++c)
            for (std::int64_t k = 0; k < 9; ++k) {
              const std::int64_t row = i * s.stride + k / 3 - s.padTop, column = j * s.stride + k % 3 - s.padLeft;
              if (row < 0 || row >= s.height || column < 0 || column >= s.width) continue;
              sum += static_cast<double>(p.x[static_cast<std::size_t>(((n * s.channels + c) * s.height + row) * s.width + column)]) *
                     static_cast<double>(p.w[static_cast<std::size_t>((m * s.channels + c) * 9 + k)]);
            }
          for (const WinogradPostOp& op : p.postOps) sum = after(op, sum, static_cast<double>(p.residual[y.size()]));
          y.push_back(sum);
        }
  return y;
}

/// Calls f(row-major index, index in blocks of channels) for every element.
template <class F>
void forEachElement(std::int64_t batch, std::int64_t channels, std::int64_t plane, std::int64_t lanes, F f) {
  const std::int64_t blocks = (channels + lanes - 1) / lanes;
  for (std::int64_t n = 0; n < batch; ++n)
    for (std::int64_t c = 0; c < channels; ++c)
      for (std::int64_t i = 0; i < plane; ++i)
        f(static_cast<std::size_t>((n * channels + c) * plane + i), ((n * blocks + c / lanes) * plane + i) * lanes + c % lanes);
}

Floats byWinograd(const Problem& p, int threads, bool inPlace = false) {
  const WinogradShape& s = p.shape;
  const WinogradLayer layer(s, threads);
  const std::int64_t outPlane = s.outHeight * s.outWidth;
  const auto outFloats = static_cast<std::size_t>(s.batch * s.filterBlocks() * s.lanes * outPlane);
  const auto inFloats = static_cast<std::size_t>(s.batch * s.channelBlocks() * s.lanes * s.height * s.width);
  Lines x(inFloats), y(outFloats), residual(outFloats), weights(layer.weightFloats()), bias(layer.biasFloats()), scratch(layer.scratchBytes() / sizeof(float));
  std::fill_n(x.get(), inFloats, 0.0F);
  std::fill_n(bias.get(), layer.biasFloats(), 0.0F);
  std::copy(p.bias.begin(), p.bias.end(), bias.get());
  layer.packWeights(p.w, weights.get());
  forEachElement(s.batch, s.channels, s.height * s.width, s.lanes, [&](std::size_t plain, std::int64_t blocked) { x.get()[blocked] = p.x[plain]; });
  float* const added = inPlace ? y.get() : residual.get();
  forEachElement(s.batch, s.filters, outPlane, s.lanes, [&](std::size_t plain, std::int64_t blocked) { added[blocked] = p.residual[plain]; });
  layer.run({x.get(), weights.get(), reinterpret_cast<const std::byte*>(p.w.data()), bias.get(), added, y.get(), scratch.get()}, p.postOps);
  Floats out(p.residual.size());
  forEachElement(s.batch, s.filters, outPlane, s.lanes, [&](std::size_t plain, std::int64_t blocked) { out[plain] = y.get()[blocked]; });
  // Lanes beyond the last filter are zero, as whoever reads the layout expects.
  for (std::int64_t i = 0; i < outPlane; ++i)
    for (std::int64_t lane = s.filters - (s.filterBlocks() - 1) * s.lanes; lane < s.lanes; ++lane)
      EXPECT_EQ(y.get()[((s.filterBlocks() - 1) * outPlane + i) * s.lanes + lane], 0.0F);
  return out;
}

void expectNear(const std::vector<double>& expected, const Floats& actual, const std::string& what) {
  double largest = 0;
  for (const double value : expected) largest = std::max(largest, std::fabs(value));
  ASSERT_EQ(expected.size(), actual.size());
  for (std::size_t i = 0; i < expected.size(); ++i)
    ASSERT_NEAR(expected[i], static_cast<double>(actual[i]), 2e-5 * largest) << "element " << i << ", " << what;
}

std::string textOf(const WinogradShape& s) {
  std::string out = "tile, stride, lanes, batch, channels, filters, height, width, padTop, padLeft:";
  for (const std::int64_t part : {std::int64_t{s.tile}, std::int64_t{s.stride}, std::int64_t{s.lanes}, s.batch, s.channels, s.filters, s.height, s.width, s.padTop, s.padLeft})
    out += " " + std::to_string(part);
  return out;
}

/// Every scheme and width of vectors that there is here; with any number of threads and any width the bytes are the same.
void expectRight(WinogradShape shape, const std::vector<WinogradPostOp>& postOps = {}) {
  const Problem plain = problemOf(shape, postOps);
  const std::vector<double> expected = direct(plain);
  for (const int tile : shape.stride == 1 ? std::vector<int>{2, 4} : std::vector<int>{2}) {
    Floats first;
    for (const int lanes : {8, 16}) {
      if (winogradLoops(lanes) == nullptr) continue;
      Problem p = plain;
      p.shape.tile = tile;
      p.shape.lanes = lanes;
      for (const int threads : {1, 3}) {
        const Floats actual = byWinograd(p, threads, threads == 3);
        expectNear(expected, actual, textOf(p.shape));
        if (first.empty()) first = actual;
        EXPECT_EQ(std::memcmp(first.data(), actual.data(), first.size() * sizeof(float)), 0) << textOf(p.shape) << ", threads " << threads;
      }
    }
  }
}

/// `pads` is top, left, bottom, right.
WinogradShape shapeOf(std::int64_t batch, std::int64_t channels, std::int64_t filters, std::int64_t height, std::int64_t width,
                      std::array<std::int64_t, 4> pads = {1, 1, 1, 1}, int stride = 1) {
  WinogradShape s;
  s.stride = stride;
  s.batch = batch;
  s.channels = channels;
  s.filters = filters;
  s.height = height;
  s.width = width;
  s.padTop = pads[0];
  s.padLeft = pads[1];
  s.outHeight = (height + pads[0] + pads[2] - 3) / stride + 1;
  s.outWidth = (width + pads[1] + pads[3] - 3) / stride + 1;
  return s;
}

TEST(CpuWinograd, SizesThatAreNoMultiplesOfTheTile) {
  for (const auto& [height, width] : {std::pair{1, 1}, {2, 3}, {3, 9}, {4, 4}, {7, 7}, {13, 5}, {17, 21}}) expectRight(shapeOf(1, 16, 16, height, width));
}

TEST(CpuWinograd, ChannelsThatDoNotFillTheirBlocks) {
  for (const auto& [channels, filters] : {std::pair{1, 1}, {3, 20}, {17, 16}, {24, 40}, {48, 72}, {33, 80}}) expectRight(shapeOf(1, channels, filters, 9, 10));
}

TEST(CpuWinograd, Paddings) {
  expectRight(shapeOf(1, 16, 32, 9, 11, {0, 0, 0, 0}));
  expectRight(shapeOf(1, 16, 32, 9, 11, {1, 0, 0, 1}));
  expectRight(shapeOf(1, 16, 32, 9, 11, {0, 1, 2, 0}));
  expectRight(shapeOf(1, 16, 32, 5, 6, {3, 5, 4, 2}));  // whole tiles of nothing but padding
}

TEST(CpuWinograd, Batches) {
  expectRight(shapeOf(2, 16, 16, 7, 7));
  expectRight(shapeOf(5, 20, 32, 6, 5));
}

TEST(CpuWinograd, StrideOfTwo) {
  for (const auto& [height, width] : {std::pair{1, 1}, {2, 3}, {4, 5}, {7, 8}, {14, 14}, {17, 23}}) expectRight(shapeOf(1, 16, 32, height, width, {1, 1, 1, 1}, 2));
  expectRight(shapeOf(2, 20, 24, 11, 12, {0, 1, 1, 0}, 2));
  expectRight(shapeOf(1, 16, 16, 9, 9, {0, 0, 0, 0}, 2));
}

TEST(CpuWinograd, ManyTilesAreCutIntoPieces) {
  expectRight(shapeOf(1, 64, 32, 57, 54));
  expectRight(shapeOf(1, 32, 16, 90, 75, {1, 1, 1, 1}, 2));
}

TEST(CpuWinograd, ManyWeightsAreTransformedDuringTheRun) {
  WinogradShape shape = shapeOf(1, 264, 256, 7, 6);
  shape.tile = 4;
  if (winogradLoops(16) == nullptr) GTEST_SKIP() << "needs AVX-512";
  EXPECT_EQ(WinogradLayer(shape, 1).weightFloats(), 272U * 256 * 9);
  expectRight(shape);
  expectRight(shapeOf(1, 256, 200, 11, 11, {1, 1, 1, 1}, 2));
}

TEST(CpuWinograd, EveryPostOp) {
  for (const WinogradPostOp& op : {WinogradPostOp{Kind::Residual}, {Kind::Relu, 0, 0}, {Kind::Relu, 0.1F, 0}, {Kind::Clip, -2, 3},
                                   {Kind::Linear, 0.5F, -1}, {Kind::HardSwish}}) {
    expectRight(shapeOf(1, 16, 24, 9, 10), {op});
    expectRight(shapeOf(1, 16, 24, 9, 10, {1, 1, 1, 1}, 2), {op});
  }
  expectRight(shapeOf(2, 16, 16, 7, 9), {{Kind::Linear, 0.2F, 0.5F}, {Kind::Clip, 0, 1}, {Kind::Residual}, {Kind::Relu}});
}

TEST(CpuWinograd, NotANumberStaysWhatItIs) {
  if (winogradLoops(8) == nullptr) GTEST_SKIP() << "needs AVX2";
  for (const WinogradPostOp& op : {WinogradPostOp{Kind::Relu}, {Kind::Clip, 0, 6}}) {
    WinogradShape shape = shapeOf(1, 8, 8, 4, 4);
    shape.lanes = 8;
    Problem p = problemOf(shape, {op});
    p.bias[3] = std::nanf("");
    const Floats y = byWinograd(p, 1);
    for (std::size_t i = 0; i < 16; ++i) EXPECT_TRUE(std::isnan(y[3 * 16 + i]));
    for (std::size_t i = 0; i < 16; ++i) EXPECT_FALSE(std::isnan(y[4 * 16 + i]));
  }
}

/// One of them in the input reaches the nine outputs around it, not all that lie in the same tile; numbers so large that
/// sums of them overflow do no harm where the definition has none.
TEST(CpuWinograd, OneInputThatIsNoNumberStaysAmongItsNeighbours) {
  for (const int lanes : {8, 16}) {
    if (winogradLoops(lanes) == nullptr) continue;
    for (const int tile : {2, 4}) {
      for (const float odd : {std::nanf(""), std::numeric_limits<float>::infinity(), 3e38F}) {
        WinogradShape shape = shapeOf(1, 20, 19, 11, 10, {1, 1, 1, 1});
        shape.lanes = lanes;
        shape.tile = tile;
        Problem p = problemOf(shape, {{WinogradPostOp::Kind::Residual}});
        p.x[7 * 110 + 4 * 10 + 5] = odd;
        if (std::isfinite(odd)) std::ranges::fill(p.w, 1.0F);
        const Floats y = byWinograd(p, 1);
        const std::vector<double> expected = direct(p);
        for (std::size_t i = 0; i < y.size(); ++i) {
          if (std::isfinite(expected[i])) ASSERT_NEAR(y[i], expected[i], 1e-4 * std::max(100.0, std::fabs(expected[i]))) << "tile " << tile << ", " << odd << " at " << i;
          else ASSERT_EQ(std::isnan(expected[i]), std::isnan(y[i])) << "tile " << tile << ", " << odd << " at " << i;
        }
      }
    }
  }
}

/// Through the backend, whatever it chooses.
TEST(CpuWinograd, LayersOfAModelGiveWhatTheReferenceGives) {
  const std::string head = "opset 14\ninput x:f32[2,32,19,14]\nV:f32[32,32,1,1] = random(1)\nW:f32[32,32,3,3] = random(2)\nU:f32[40,32,3,3] = random(5)\nb:f32[32] = random(3)\nlow:f32[] = {-20}\nhigh:f32[] = {40}\nConv(x, V) -> r\n";
  const std::string conv = "Conv(r, W, b){pads=[1,1,1,1]} -> a\n";
  test::expectSameAsReference(head + conv + "Relu(a) -> y\noutput y\n");
  test::expectSameAsReference(head + conv + "Clip(a, low, high) -> y\noutput y\n");
  test::expectSameAsReference(head + conv + "HardSwish(a) -> y\noutput y\n");
  test::expectSameAsReference(head + conv + "LeakyRelu(a){alpha=0.2} -> y\noutput y\n");
  test::expectSameAsReference(head + conv + "Sigmoid(a) -> s\nMul(a, s) -> y\noutput y\n");
  test::expectSameAsReference(head + conv + "Tanh(a) -> t\nAdd(t, r) -> y\noutput y\n");
  test::expectSameAsReference(head + conv + "Add(a, r) -> t\nElu(t) -> y\noutput y\n");
  test::expectSameAsReference(head + conv + "Add(a, r) -> t\nRelu(t) -> y\noutput y\noutput r\n");
  test::expectSameAsReference(head + "Conv(r, U){pads=[0,1,1,0]} -> a\nRelu(a) -> t\nConv(t, Z){pads=[1,1,1,1]} -> y\nZ:f32[16,40,3,3] = random(6)\noutput y\n");
  test::expectSameAsReference(head + "Conv(r, U){pads=[1,1,1,1],strides=[2,2]} -> a\nRelu(a) -> y\noutput y\n");
}

}  // namespace
}  // namespace ew::cpu
