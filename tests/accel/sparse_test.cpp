// SPDX-License-Identifier: Apache-2.0
// Products that leave out zero weights: each path and layout against sums in double, and layers against the reference.
#include <cmath>
#include <limits>
#include <memory>
#include <new>

#include "accel/cpu/cpu_backend.h"
#include "accel/cpu/loops/sparse_product.h"
#include "core/graph/graph_edit.h"
#include "core/run/reference_backend.h"
#include "tests/accel/cpu_support.h"
#include "tests/support/graph_text.h"

namespace ew {
namespace {

using cpu::PixelLayout;
using cpu::SparseProduct;

enum class Pattern { Scattered, TwoOfFour, Blocks, RowsAndColumns };

/// Whether the weight at [row, column] goes; of scattered ones four of five.
bool goes(Pattern pattern, std::size_t row, std::size_t column) {
  switch (pattern) {
    case Pattern::Scattered: return (row * 7 + column * 13 + row * column) % 5 != 0;
    case Pattern::TwoOfFour: return column % 4 == (row % 4) || column % 4 == (row + 1) % 4;
    case Pattern::Blocks: return (column / 4 + row) % 5 != 0;
    case Pattern::RowsAndColumns: return row % 3 == 0 || column % 2 == 0;
  }
  return false;
}

Tensor weightsWith(Pattern pattern, std::int64_t rows, std::int64_t columns) {
  Tensor w = test::randomTensor(DType::f32, {rows, columns}, 5);
  const auto values = w.mutableData<float>();
  for (std::size_t i = 0; i < values.size(); ++i)
    if (goes(pattern, i / static_cast<std::size_t>(columns), i % static_cast<std::size_t>(columns))) values[i] = 0;
  return w;
}

/// Planes, channels innermost, or blocks of channels.
PixelLayout layout(std::int64_t block, std::int64_t channels, std::int64_t pixels) {
  if (block == 1) return {1, 1, pixels, channels * pixels};
  return {block, block, block * pixels, channels * pixels};
}

struct Aligned {
  explicit Aligned(std::int64_t floats) : data(static_cast<float*>(::operator new(static_cast<std::size_t>(floats) * sizeof(float), std::align_val_t{64}))) {}
  ~Aligned() { ::operator delete(data, std::align_val_t{64}); }
  Aligned(const Aligned&) = delete;
  Aligned& operator=(const Aligned&) = delete;
  float* data;
};

struct Shape {
  std::int64_t images, pixels, columns, rows;
};

void expectSums(const cpu::SparsePath& path, const Shape& s, Pattern pattern, std::int64_t fromBlock, std::int64_t toBlock, bool residual, int threads) {
  const Tensor w = weightsWith(pattern, s.rows, s.columns), bias = test::randomTensor(DType::f32, {s.rows}, 6);
  const Tensor x = test::randomTensor(DType::f32, {s.images * s.pixels * s.columns}, 7);
  Tensor y = test::randomTensor(DType::f32, {s.images * s.pixels * s.rows}, 8);
  const Tensor before = y;
  SparseProduct what;
  what.images = s.images;
  what.pixels = s.pixels;
  what.from = layout(fromBlock, s.columns, s.pixels);
  what.to = layout(toBlock, s.rows, s.pixels);
  what.low = -1.5F;
  what.high = 3;
  what.lowAfter = 0;
  const cpu::SparseWeights packed = cpu::packSparse(w.data<float>(), s.rows, s.columns, bias.data<float>(), path);
  const Aligned scratch(cpu::sparseScratch(packed, path) * threads);
  float* const out = y.mutableData<float>().data();
  cpu::sparseProduct(what, packed, w.data<float>().data(), path, x.data<float>().data(), residual ? out : nullptr, out, scratch.data, threads);
  for (std::int64_t n = 0; n < s.images; ++n)
    for (std::int64_t p = 0; p < s.pixels; ++p)
      for (std::int64_t m = 0; m < s.rows; ++m) {
        double sum = static_cast<double>(bias.data<float>()[static_cast<std::size_t>(m)]);
        for (std::int64_t k = 0; k < s.columns; ++k)
          sum += static_cast<double>(w.data<float>()[static_cast<std::size_t>(m * s.columns + k)]) * static_cast<double>(x.data<float>()[static_cast<std::size_t>(what.from.at(n, k, p))]);
        sum = std::clamp(sum, -1.5, 3.0);
        const auto at = static_cast<std::size_t>(what.to.at(n, m, p));
        if (residual) sum = std::max(0.0, sum + static_cast<double>(before.data<float>()[at]));
        ASSERT_NEAR(static_cast<double>(y.data<float>()[at]), sum, 2e-4)
            << path.name << " image " << n << " pixel " << p << " row " << m << " blocks " << fromBlock << " to " << toBlock << " pattern " << static_cast<int>(pattern);
      }
}

TEST(SparseProduct, EveryPathAddsUpWhatIsNotZero) {
  for (const cpu::SparsePath& path : cpu::sparsePaths())
    for (const Pattern pattern : {Pattern::Scattered, Pattern::TwoOfFour, Pattern::Blocks, Pattern::RowsAndColumns})
      for (const Shape& shape : {Shape{1, 1, 5, 3}, Shape{2, 49, 131, 7}, Shape{1, 63, 16, 17}, Shape{3, 17, 260, 33}, Shape{1, 200, 3, 6}})
        for (const bool residual : {false, true}) {
          expectSums(path, shape, pattern, shape.columns, shape.rows, residual, 1);
          expectSums(path, shape, pattern, 1, shape.rows, residual, 2);
          expectSums(path, shape, pattern, shape.columns, 1, residual, 3);
        }
}

TEST(SparseProduct, BlocksOfChannelsStayBlocks) {
  for (const cpu::SparsePath& path : cpu::sparsePaths())
    for (const std::int64_t block : {8, 16})
      for (const bool residual : {false, true}) {
        expectSums(path, {2, 37, 48, 32}, Pattern::Scattered, block, block, residual, 1);
        expectSums(path, {1, 70, 144, 16}, Pattern::Blocks, block, 16, residual, 2);
      }
}

/// Sets weights to zero by the pattern; [M, C, ...] or, turned, [K, N].
Graph withZeros(const std::string& text, Pattern pattern, bool turned = false) {
  GraphEdit edit(test::inferred(text));
  const ValueId id = edit.graph().valueNamed("W");
  Tensor w = *edit.graph().initializer(id);
  const auto width = static_cast<std::size_t>(w.dim(1));
  const auto values = w.mutableData<float>();
  for (std::size_t i = 0; i < values.size(); ++i)
    if (turned ? goes(pattern, i % width, i / width) : goes(pattern, i / width, i % width)) values[i] = 0;
  edit.setInitializer(id, w);
  return std::move(edit).take();
}

struct Ran {
  std::vector<Tensor> outputs;
  std::string firstKernel;
};

Ran runCpu(const Graph& graph, const std::vector<Tensor>& inputs, bool reproducible, int threads = 1) {
  CompileOptions options;
  options.reproducible = reproducible;
  options.threads = threads;
  TraceObserver observer;
  Ran ran;
  ran.outputs = test::runOn(*makeCpuBackend(), graph, inputs, options, &observer);
  for (const NodeTrace& node : observer.trace.nodes)
    if (ran.firstKernel.empty() || node.kernel.starts_with("sparse:")) ran.firstKernel = node.kernel;
  return ran;
}

/// By the fixed rule, so that the sparse code runs whatever the machine measures; and then as measured.
void expectLayer(const Graph& graph, const std::string& what) {
  const std::vector<Tensor> inputs = test::randomInputs(graph, 3);
  const std::vector<Tensor> expected = test::runOn(*makeReferenceBackend(), graph, inputs);
  const Ran fixed = runCpu(graph, inputs, true), two = runCpu(graph, inputs, true, 2), measured = runCpu(graph, inputs, false);
  if (!cpu::sparsePaths().empty()) {
    EXPECT_EQ(fixed.firstKernel, "sparse:" + std::string(cpu::sparsePaths().front().name)) << what;
  }
  for (std::size_t i = 0; i < expected.size(); ++i) {
    test::expectClose(expected[i], fixed.outputs[i], 1e-4, what + " by the fixed rule");
    test::expectClose(expected[i], measured.outputs[i], 1e-4, what + " as measured");
    EXPECT_TRUE(fixed.outputs[i].equals(two.outputs[i])) << what << " depends on the number of threads";
  }
}

const std::string pointwise = "opset 15\n input x:f32[2,32,9,7]\n W:f32[48,32,1,1] = random(1)\n B:f32[48] = random(2)\n ";

TEST(SparseLayers, ConvolutionsWithWhatFollows) {
  for (const Pattern pattern : {Pattern::Scattered, Pattern::Blocks}) {
    expectLayer(withZeros(pointwise + "Conv(x, W, B) -> a\n Relu(a) -> y\n output y", pattern), "relu");
    expectLayer(withZeros(pointwise + "Conv(x, W) -> y\n output y", pattern), "no bias");
    expectLayer(withZeros(pointwise + "l:f32[] = {-0.5}\n h:f32[] = {1.5}\n Conv(x, W, B) -> a\n Clip(a, l, h) -> y\n output y", pattern), "clip");
    expectLayer(withZeros(pointwise + "Conv(x, W, B) -> a\n HardSwish(a) -> y\n output y", pattern), "another activation");
    expectLayer(withZeros(pointwise + "input r:f32[2,48,9,7]\n Conv(x, W, B) -> a\n Add(a, r) -> s\n Relu(s) -> y\n output y", pattern), "residual");
    expectLayer(withZeros(pointwise + "s:f32[48] = random(4)\n v:f32[48] = ones\n Conv(x, W, B) -> a\n BatchNormalization(a, s, B, B, v) -> b\n Relu(b) -> y\n output y", pattern), "normalization");
  }
  expectLayer(withZeros("opset 13\n input x:f32[1,40,90]\n W:f32[30,40,1] = random(1)\n Conv(x, W) -> y\n output y", Pattern::Scattered), "one axis");
}

TEST(SparseLayers, ConvolutionsAmongOthers) {
  const std::string around = "opset 13\n input x:f32[1,3,20,20]\n A:f32[32,3,3,3] = random(3)\n W:f32[32,32,1,1] = random(1)\n D:f32[32,1,3,3] = random(2)\n "
                             "Conv(x, A){pads=[1,1,1,1]} -> a\n Relu(a) -> b\n Conv(b, W) -> c\n Add(b, c) -> d\n Conv(d, D){group=32, pads=[1,1,1,1]} -> y\n output y";
  expectLayer(withZeros(around, Pattern::Scattered), "between dense layers");
}

TEST(SparseLayers, Products) {
  expectLayer(withZeros("opset 13\n input x:f32[50,64]\n W:f32[40,64] = random(1)\n B:f32[40] = random(2)\n Gemm(x, W, B){transB=1, alpha=0.5, beta=2.0} -> a\n Relu(a) -> y\n output y", Pattern::Scattered), "Gemm");
  expectLayer(withZeros("opset 13\n input x:f32[50,64]\n W:f32[64,40] = random(1)\n Gemm(x, W) -> y\n output y", Pattern::Scattered, true), "Gemm of columns");
  expectLayer(withZeros("opset 13\n input x:f32[2,33,64]\n W:f32[64,40] = random(1)\n B:f32[40] = random(2)\n MatMul(x, W) -> a\n Add(a, B) -> y\n output y", Pattern::Blocks, true), "MatMul");
}

TEST(SparseLayers, DenseWeightsStayDense) {
  const Graph graph = test::inferred(pointwise + "Conv(x, W, B) -> y\n output y");
  for (const bool reproducible : {false, true})
    EXPECT_FALSE(runCpu(graph, test::randomInputs(graph, 1), reproducible).firstKernel.starts_with("sparse:"));
}

TEST(SparseLayers, ZeroTimesInfinityIsNotZero) {
  const Graph graph = withZeros(pointwise + "Conv(x, W, B) -> y\n output y", Pattern::Scattered);
  std::vector<Tensor> inputs = test::randomInputs(graph, 3);
  inputs[0].mutableData<float>()[10] = std::numeric_limits<float>::infinity();
  inputs[0].mutableData<float>()[300] = std::numeric_limits<float>::quiet_NaN();
  const std::vector<Tensor> expected = test::runOn(*makeReferenceBackend(), graph, inputs);
  // NaN is unequal to itself, so the two runs of runOn() are compared byte by byte there.
  test::expectClose(expected[0], runCpu(graph, inputs, true).outputs[0], 1e-4, "infinite and undefined pixels");
}

}  // namespace
}  // namespace ew
