// SPDX-License-Identifier: Apache-2.0
// The array gives the same bytes as the reference operators, in both modes of requantization.
#include <gtest/gtest.h>


#include "accel/fpga/fpga_backend.h"
#include "core/ops/infer.h"
#include "core/run/reference_backend.h"
#include "core/run/runtime.h"
#include "tests/accel/quantized_text.h"
#include "tests/support/graph_text.h"

namespace ew {
namespace {

using test::floatsText;
using test::scalars;

device::SystolicArray smallArray(const std::string& dataflow) {
  device::SystolicArray array;
  array.rows = 8;
  array.columns = 6;
  array.clockMhz = 100;
  array.dataflow = dataflow;
  array.dmaBytesPerCycle = 8;
  return array;
}

std::vector<Tensor> outputsOn(const Backend& backend, const Graph& graph, const std::vector<Tensor>& inputs) {
  NoProgress progress;
  CompileOptions options;
  options.threads = 2;
  auto executable = backend.compile(graph, options, progress);
  if (!executable.ok()) {
    ADD_FAILURE() << executable.error().text();
    return {};
  }
  TraceObserver observer;
  auto outputs = (*executable)->run(inputs, observer);
  if (!outputs.ok()) {
    ADD_FAILURE() << outputs.error().text();
    return {};
  }
  return *outputs;
}

/// Runs the text's graph on both dataflows and on the reference, with inputs from a seed.
void expectSameBytes(const std::string& text) {
  auto inference = ops::inferShapes(test::graphFromText(text));
  ASSERT_TRUE(inference.ok()) << inference.error().text();
  const Graph& graph = inference->graph;
  std::vector<Tensor> inputs;
  for (const ValueId id : graph.inputs())
    inputs.push_back(test::randomTensor(graph.value(id).dtype, *graph.value(id).shape->concrete(), static_cast<unsigned>(id) + 11));
  const std::vector<Tensor> expected = outputsOn(*makeReferenceBackend(), graph, inputs);
  for (const char* dataflow : {"ws", "os"}) {
    const std::vector<Tensor> actual = outputsOn(*makeFpgaBackend(smallArray(dataflow)), graph, inputs);
    ASSERT_EQ(actual.size(), expected.size());
    for (std::size_t i = 0; i < actual.size(); ++i) EXPECT_TRUE(actual[i].equals(expected[i])) << dataflow << "\n" << text;
  }
}

class FpgaBytes : public test::InBothModes {};

TEST_P(FpgaBytes, Convolutions) {
  const std::string conv = scalars + floatsText("ws", 12, 3) + R"(
    input x:u8[2,6,9,7]
    W:i8[12,6,3,3] = random(5)
    wz:i8[12] = {0,1,-2,3,0,0,5,-7,0,1,2,-1}
    B:i32[12] = {-500,3,7,900,-1200,0,44,-5,16,7,90,1}
    opset 17
    QLinearConv(x, xs, xz, W, ws, wz, ys, yz, B))";
  for (const char* attributes : {"pads=[1,1,1,1]", "strides=[2,2], pads=[0,1,2,1]", "dilations=[2,2]", "auto_pad=\"SAME_UPPER\", strides=[2,1]"})
    expectSameBytes(conv + with(attributes) + " -> y\noutput y\n");
}

TEST_P(FpgaBytes, GroupedAndDepthwiseConvolutions) {
  expectSameBytes(scalars + floatsText("ws", 12, 4) + R"(
    input x:u8[1,6,8,8]
    W:i8[12,2,3,3] = random(5)
    wz:i8[12] = zeros
    QLinearConv(x, xs, xz, W, ws, wz, ys, yz))" + with("group=3, pads=[1,1,1,1]") + " -> y\noutput y\n");
  expectSameBytes(scalars + floatsText("ws", 12, 4) + R"(
    input x:i8[1,6,8,8]
    W:i8[12,1,3,3] = random(6)
    wz:i8[12] = {0,0,0,1,0,0,0,0,0,-4,0,0}
    B:i32[12] = range
    QLinearConv(x, xs, sz, W, ws, wz, ys, sz, B))" + with("group=6, pads=[1,1,1,1], strides=[2,2]") + " -> y\noutput y\n");
}

TEST_P(FpgaBytes, OneAndThreeSpatialAxes) {
  expectSameBytes(scalars + R"(
    input x:u8[1,5,33]
    W:u8[7,5,4] = random(2)
    QLinearConv(x, xs, xz, W, xs, yz, ys, yz))" + with("pads=[2,1]") + " -> y\noutput y\n");
  expectSameBytes(scalars + R"(
    input x:u8[1,2,4,5,6]
    W:i8[3,2,2,3,2] = random(2)
    QLinearConv(x, xs, xz, W, xs, sz, ys, yz))" + with("pads=[1,1,0,0,1,1]") + " -> y\noutput y\n");
}

TEST_P(FpgaBytes, DepthsBeyondOneFold) {
  // 3000 inputs: many folds of 8 rows, sums far beyond 16 bits
  expectSameBytes(scalars + R"(
    input x:u8[1,3000,2,2]
    W:i8[5,3000,1,1] = random(2)
    s:f32[] = {0.00001}
    QLinearConv(x, xs, xz, W, s, sz, ys, yz))" + with("") + " -> y\noutput y\n");
}

TEST_P(FpgaBytes, MatrixProducts) {
  expectSameBytes(scalars + floatsText("bs", 13, 8) + R"(
    input a:u8[2,3,7,21]
    b:i8[21,13] = random(4)
    bz:i8[13] = zeros
    QLinearMatMul(a, xs, xz, b, bs, bz, ys, yz))" + with("") + " -> y\noutput y\n");
  expectSameBytes(scalars + R"(
    input a:u8[2,5,9]
    input b:u8[2,9,4]
    QLinearMatMul(a, xs, xz, b, xs, yz, ys, yz))" + with("") + " -> y\noutput y\n");
}

TEST_P(FpgaBytes, Gemm) {
  const std::string gemm = scalars + floatsText("bs", 10, 8) + R"(
    input a:u8[4,37]
    b:i8[10,37] = random(4)
    bz:i8[10] = zeros
    C:i32[10] = {5,-900,1,2,3,4,10000,-7,8,9}
    com.microsoft.QGemm(a, xs, xz, b, bs, bz, C)";
  expectSameBytes(gemm + ", ys, yz)" + with("transB=1, alpha=0.75") + " -> y\noutput y\n");
  expectSameBytes(gemm + ")" + with("transB=1") + " -> y\noutput y\n");
}

TEST_P(FpgaBytes, AWholeSmallNetwork) {
  expectSameBytes(wholeSmallNetwork());
}

INSTANTIATE_TEST_SUITE_P(Modes, FpgaBytes, testing::Values("float", "fixed"), [](const auto& mode) { return std::string(mode.param); });

}  // namespace
}  // namespace ew
