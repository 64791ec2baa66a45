// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "accel/fpga/fpga_backend.h"
#include "core/device/matrix_work.h"
#include "core/ops/infer.h"
#include "core/run/reference_backend.h"
#include "core/run/runtime.h"
#include "tests/support/graph_text.h"

namespace ew {
namespace {

device::SystolicArray array32() {
  device::SystolicArray array;
  array.rows = array.columns = 32;
  array.clockMhz = 200;
  array.dataflow = "ws";
  array.dmaBytesPerCycle = 16;
  array.bufferBytes = 1 << 20;
  return array;
}

Graph inferred(const std::string& text) {
  auto inference = ops::inferShapes(test::graphFromText(text));
  if (!inference.ok()) ADD_FAILURE() << inference.error().text();
  return inference->graph;
}

ReasonCode refusalOf(const std::string& text, const std::string& node) {
  const Graph graph = inferred(text);
  const auto reason = makeFpgaBackend(array32())->refusal(graph, *graph.nodeNamed(node));
  EXPECT_TRUE(reason) << node << " is taken";
  return reason ? reason->code : ReasonCode::Subgraph;
}

TEST(FpgaBackend, FloatLayersAreNotQuantized) {
  const std::string text = R"(
    input x:f32[1,4,8,8]
    W:f32[4,4,3,3] = random(1)
    Conv(x, W) -> c
    MaxPool(c){kernel_shape=[2,2]} -> p
    Softmax(p) -> s
    output s
  )";
  EXPECT_EQ(refusalOf(text, "Conv_c"), ReasonCode::NotQuantized);
  EXPECT_EQ(refusalOf(text, "MaxPool_p"), ReasonCode::NotQuantized);
  EXPECT_EQ(refusalOf(text, "Softmax_s"), ReasonCode::OperatorNotOnBackend);
}

TEST(FpgaBackend, QuantizationBeyondBytesIsRefused) {
  EXPECT_EQ(refusalOf(R"(
    input x:f32[4]
    s:f32[] = {0.1}
    z:u16[] = {0}
    opset 21
    QuantizeLinear(x, s, z) -> q
    output q
  )", "QuantizeLinear_q"), ReasonCode::TypeNotSupported);
}

const char* const quantized = R"(
  opset 17
  input x:f32[1,3,8,8]
  s:f32[] = {0.05}
  z:u8[] = {128}
  ws:f32[] = {0.01}
  wz:i8[] = {0}
  W:i8[20,3,3,3] = random(1)
  QuantizeLinear(x, s, z) -> xq
  DequantizeLinear(xq, s, z) -> xd
  DequantizeLinear(W, ws, wz) -> wd
  Conv(xd, wd){pads=[1,1,1,1]} -> c
  Relu(c) -> r
  QuantizeLinear(r, s, z) -> rq
  DequantizeLinear(rq, s, z) -> y
  output y
)";

TEST(FpgaBackend, CyclesAreTheClosedForm) {
  BackendSet backends;
  backends.add(makeFpgaBackend(array32()));
  auto runtime = Runtime::create(test::graphFromText(quantized), backends, "fpga");
  ASSERT_TRUE(runtime.ok()) << runtime.error().text();
  TraceObserver observer;
  const std::vector<Tensor> inputs{test::randomTensor(DType::f32, {1, 3, 8, 8}, 1)};
  auto outputs = runtime->run(inputs, observer);
  ASSERT_TRUE(outputs.ok()) << outputs.error().text();
  bool found = false;
  for (const NodeTrace& entry : observer.trace.nodes) {
    EXPECT_EQ(entry.backend, "fpga");
    if (entry.kernel != "systolic 32x32 ws") continue;
    found = true;
    // 27 inputs a sum and 20 filters fit one fold: fill 2 * 32 + 32 - 2, then 64 positions
    EXPECT_EQ(entry.cycles, 2U * 32 + 32 + 64 - 2);
  }
  EXPECT_TRUE(found);
}

TEST(FpgaBackend, QdqGraphsGiveTheReferenceBytesAfterLowering) {
  for (const Requantization mode : {Requantization::Float, Requantization::Fixed}) {
    CompileOptions options;
    options.requantization = mode;
    auto first = ops::inferShapes(test::graphFromText(quantized));
    ASSERT_TRUE(first.ok());
    auto lowered = lowerQuantized(first->graph, options);
    ASSERT_TRUE(lowered.ok());
    NoProgress progress;
    TraceObserver observer;
    const std::vector<Tensor> inputs{test::randomTensor(DType::f32, {1, 3, 8, 8}, 5)};
    auto reference = makeReferenceBackend()->compile(*lowered, options, progress);
    auto array = makeFpgaBackend(array32())->compile(*lowered, options, progress);
    ASSERT_TRUE(reference.ok() && array.ok());
    const auto expected = (*reference)->run(inputs, observer), actual = (*array)->run(inputs, observer);
    ASSERT_TRUE(expected.ok() && actual.ok());
    EXPECT_TRUE((*actual)[0].equals((*expected)[0]));
  }
}

TEST(FpgaBackend, TheDefaultArrayIsThatOfTheProfile) {
  const auto backend = makeFpgaBackend();
  ASSERT_TRUE(backend->available().ok()) << backend->available().error().text();
  EXPECT_EQ(backend->id(), "fpga");
  EXPECT_NE(backend->description().find("systolic 32x64 os at 300 MHz"), std::string::npos) << backend->description();
}

TEST(FpgaBackend, WrongOperandsAreErrors) {
  const Graph graph = inferred(R"(
    input x:u8[1,4,8,8]
    s:f32[] = {0.1}
    z:u8[] = {0}
    bad:f32[] = {-1}
    W:i8[4,4,3,3] = random(1)
    wz:i8[] = {0}
    QLinearConv(x, s, z, W, bad, wz, s, z) -> y
    output y
  )");
  NoProgress progress;
  TraceObserver observer;
  auto executable = makeFpgaBackend(array32())->compile(graph, {}, progress);
  ASSERT_TRUE(executable.ok());
  const auto outputs = (*executable)->run(std::vector<Tensor>{test::randomTensor(DType::u8, {1, 4, 8, 8}, 1)}, observer);
  ASSERT_FALSE(outputs.ok());
  EXPECT_NE(outputs.error().text().find("QLinearConv_y"), std::string::npos);
}

}  // namespace
}  // namespace ew
