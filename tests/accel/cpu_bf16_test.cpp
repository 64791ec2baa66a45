// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>

#include "accel/cpu/cpu_backend.h"
#include "accel/cpu/dnnl_support.h"
#include "core/run/reference_backend.h"
#include "core/tensor/half.h"
#include "tests/accel/cpu_support.h"

namespace ew {
namespace {

using test::runOn;

const char* const layers = R"(
  input x:f32[1,16,12,12]
  V:f32[32,16,1,1] = random(2)
  W:f32[32,32,3,3] = random(3)
  D:f32[32,1,3,3] = random(4)
  F:f32[32,10] = random(5)
  b:f32[32] = random(6)
  first: Conv(x, V, b) -> a
  Relu(a) -> c
  second: Conv(c, W){pads=[1,1,1,1]} -> d
  Add(d, c) -> e
  Relu(e) -> f
  deep: Conv(f, D, b){pads=[1,1,1,1], group=32} -> g
  GlobalAveragePool(g) -> h
  Flatten(h) -> i
  last: Gemm(i, F) -> y
  output y
)";

CompileOptions inBf16() {
  CompileOptions options;
  options.floatPrecision = FloatPrecision::BFloat16;
  return options;
}

/// Kernels by node name.
std::map<std::string, std::string> kernelsOf(const Graph& graph, const CompileOptions& options) {
  TraceObserver observer;
  runOn(*makeCpuBackend(), graph, test::randomInputs(graph, 3), options, &observer);
  std::map<std::string, std::string> out;
  for (const NodeTrace& entry : observer.trace.nodes) out[graph.node(entry.node)->name] = entry.kernel;
  return out;
}

bool isBf16(const std::string& kernel) { return kernel.find("bf16") != std::string::npos; }

Tensor rounded(const Tensor& tensor) {
  Tensor out = tensor;
  for (float& value : out.mutableData<float>()) value = static_cast<float>(BFloat16(value));
  return out;
}

/// Sums in float32 of operands rounded to bfloat16, by hand.
TEST(CpuBf16, AConvolutionRoundsItsOperandsAndNothingElse) {
  if (!cpu::hasBf16()) GTEST_SKIP() << "this processor has no bfloat16 products";
  const Graph graph = test::inferred("input x:f32[1,24,5,5]\n W:f32[20,24,1,1] = random(2)\n b:f32[20] = random(3)\n Conv(x, W, b) -> y\n output y");
  const std::vector<Tensor> inputs = test::randomInputs(graph, 3);
  const Tensor x = rounded(inputs[0]), w = rounded(*graph.initializer(graph.valueNamed("W"))), b = *graph.initializer(graph.valueNamed("b"));
  Tensor expected = Tensor::zeros(DType::f32, {1, 20, 5, 5});
  for (std::size_t m = 0; m < 20; ++m)
    for (std::size_t p = 0; p < 25; ++p) {
      double sum = static_cast<double>(b.data<float>()[m]);
      for (std::size_t c = 0; c < 24; ++c) sum += static_cast<double>(x.data<float>()[c * 25 + p]) * static_cast<double>(w.data<float>()[m * 24 + c]);
      expected.mutableData<float>()[m * 25 + p] = static_cast<float>(sum);
    }
  test::expectClose(expected, runOn(*makeCpuBackend(), graph, inputs, inBf16())[0], 1e-6, "bfloat16 convolution");
}

TEST(CpuBf16, AMatrixProductRoundsItsOperandsAndNothingElse) {
  if (!cpu::hasBf16()) GTEST_SKIP() << "this processor has no bfloat16 products";
  for (const char* op : {"Gemm(x, W, b)", "MatMul(x, W)"}) {
    const auto text = [&](const std::string& weights) { return "input x:f32[3,40]\n b:f32[20] = random(3)\n " + weights + "\n " + op + " -> y\n output y"; };
    const Graph graph = test::inferred(text("W:f32[40,20] = random(2)")), open = test::inferred(text("input W:f32[40,20]"));
    const std::vector<Tensor> inputs = test::randomInputs(graph, 3);
    const std::vector<Tensor> both{rounded(inputs[0]), rounded(*graph.initializer(graph.valueNamed("W")))};
    const std::vector<Tensor> expected = runOn(*makeReferenceBackend(), open, both);
    test::expectClose(expected[0], runOn(*makeCpuBackend(), graph, inputs, inBf16())[0], 1e-6, op);
  }
}

TEST(CpuBf16, AWholeNetworkStaysWithinTheRoundingOfItsOperands) {
  const Graph graph = test::inferred(layers);
  const std::vector<Tensor> inputs = test::randomInputs(graph, 3);
  const std::vector<Tensor> expected = runOn(*makeReferenceBackend(), graph, inputs, {});
  const std::vector<Tensor> actual = runOn(*makeCpuBackend(), graph, inputs, inBf16());
  // Four layers in a row, each operand within 2^-9 of its own size.
  test::expectClose(expected[0], actual[0], cpu::hasBf16() ? 0.02 : 1e-4, "network");
}

TEST(CpuBf16, KernelNamesTellWhichLayersUseIt) {
  const Graph graph = test::inferred(layers);
  for (const auto& [name, kernel] : kernelsOf(graph, inBf16())) {
    if (name != "first" && name != "second" && name != "deep" && name != "last") continue;
    if (cpu::hasBf16()) EXPECT_TRUE(isBf16(kernel)) << name << ": " << kernel;
    else EXPECT_NE(kernel.find("(not bfloat16: this processor has no bfloat16 products)"), std::string::npos) << kernel;
  }
}

TEST(CpuBf16, BytesAreThoseThatMove) {
  if (!cpu::hasBf16()) GTEST_SKIP() << "this processor has no bfloat16 products";
  const Graph graph = test::inferred("input x:f32[1,16,8,8]\n V:f32[32,16,1,1] = random(2)\n W:f32[16,32,1,1] = random(3)\n"
                                     " Conv(x, V) -> a\n Conv(a, W) -> y\n output y");
  TraceObserver observer;
  runOn(*makeCpuBackend(), graph, test::randomInputs(graph, 3), inBf16(), &observer);
  ASSERT_EQ(observer.trace.nodes.size(), 2U);
  EXPECT_EQ(observer.trace.nodes[0].bytes, 4U * 16 * 64 + 2U * 32 * 16 + 2U * 32 * 64);  // x, V in bfloat16, a in bfloat16
  EXPECT_EQ(observer.trace.nodes[1].bytes, 2U * 32 * 64 + 2U * 32 * 16 + 4U * 16 * 64);
}

TEST(CpuBf16, NothingUsesItUnasked) {
  const Graph graph = test::inferred(layers);
  for (const auto& [name, kernel] : kernelsOf(graph, {})) EXPECT_FALSE(isBf16(kernel)) << name << ": " << kernel;
}

TEST(CpuBf16, SingleLayersFollowTheirOwnChoice) {
  if (!cpu::hasBf16()) GTEST_SKIP() << "this processor has no bfloat16 products";
  const Graph graph = test::inferred(layers);
  for (const bool all : {false, true}) {
    CompileOptions options = all ? inBf16() : CompileOptions();
    for (const Node& node : graph.nodes())
      if (node.name == "second") options.layerPrecision[node.id] = all ? FloatPrecision::Full : FloatPrecision::BFloat16;
    auto kernels = kernelsOf(graph, options);
    EXPECT_EQ(isBf16(kernels["first"]), all) << kernels["first"];
    EXPECT_EQ(isBf16(kernels["second"]), !all) << kernels["second"];
    EXPECT_EQ(isBf16(kernels["last"]), all) << kernels["last"];
    const std::vector<Tensor> inputs = test::randomInputs(graph, 3);
    test::expectClose(runOn(*makeReferenceBackend(), graph, inputs, {})[0], runOn(*makeCpuBackend(), graph, inputs, options)[0], 0.02, "network");
  }
}

TEST(CpuBf16, ALayerWhoseWeightsAreComputedStaysInFloat32AndSaysSo) {
  const Graph graph = test::inferred("input x:f32[4,8]\n input w:f32[8,4]\n product: MatMul(x, w) -> y\n output y");
  auto kernels = kernelsOf(graph, inBf16());
  EXPECT_NE(kernels["product"].find("(not bfloat16: "), std::string::npos) << kernels["product"];
}

/// Values that somebody looks at are those of the layer, not what the next one makes of them.
TEST(CpuBf16, ObservedValuesAreNotRoundedForTheNextLayer) {
  if (!cpu::hasBf16()) GTEST_SKIP() << "this processor has no bfloat16 products";
  struct Last final : Observer {
    void onValue(ValueId, const Tensor& tensor) override { value = tensor; }
    Tensor value;
  } seen;
  const Graph graph = test::inferred(layers);
  CompileOptions options = inBf16();
  options.observe = {graph.valueNamed("c")};
  runOn(*makeCpuBackend(), graph, test::randomInputs(graph, 3), options, &seen);
  const std::span<const float> values = seen.value.data<float>();
  EXPECT_TRUE(std::any_of(values.begin(), values.end(), [](float value) { return static_cast<float>(BFloat16(value)) != value; }));
}

}  // namespace
}  // namespace ew
