// SPDX-License-Identifier: Apache-2.0
#include <map>

#include "accel/cpu/cpu_backend.h"
#include "core/run/reference_backend.h"
#include "core/run/runtime.h"
#include "tests/accel/cpu_support.h"

namespace ew {
namespace {

using test::expectSameAsReference;
using test::kernelsOf;

const char* const residualBlock = R"(
  input x:f32[1,32,10,10]
  W:f32[32,32,3,3] = random(2)
  g:f32[32] = random(3)
  h:f32[32] = random(4)
  m:f32[32] = random(5)
  v:f32[32] = ones
  Conv(x, W){pads=[1,1,1,1]} -> a
  BatchNormalization(a, g, h, m, v) -> b
  Relu(b) -> c
  Conv(c, W){pads=[1,1,1,1]} -> d
  BatchNormalization(d, g, h, m, v) -> e
  Add(e, c) -> f
  Relu(f) -> y
  output y
)";

std::size_t count(const std::string& text, const std::string& word) {
  std::size_t n = 0;
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++n;
  return n;
}

TEST(CpuFusion, AResidualBlockIsTwoConvolutions) {
  EXPECT_EQ(count(kernelsOf(residualBlock), ", "), 1U) << kernelsOf(residualBlock);
  expectSameAsReference(residualBlock);
}

/// Keeps the first report of each value and counts them.
class Recorder final : public Observer {
 public:
  void onValue(ValueId id, const Tensor& tensor) override {
    values[id] = tensor;
    ++reports[id];
  }
  std::map<ValueId, Tensor> values;
  std::map<ValueId, int> reports;
};

TEST(CpuFusion, EveryObservedValueIsReportedOnceInRowMajorOrder) {
  const Graph graph = test::inferred(residualBlock);
  const std::vector<Tensor> inputs = test::randomInputs(graph, 3);
  CompileOptions options;
  options.observeAll = true;
  Recorder expected, actual;
  test::runOn(*makeReferenceBackend(), graph, inputs, options, &expected);
  test::runOn(*makeCpuBackend(), graph, inputs, options, &actual);
  ASSERT_EQ(expected.values.size(), 7U);
  for (const auto& [id, tensor] : expected.values) {
    ASSERT_EQ(actual.reports[id], 1) << graph.value(id).name;
    test::expectClose(tensor, actual.values[id], 1e-4, graph.value(id).name);
  }
}

TEST(CpuFusion, OneObservedValueEndsTheFusionThere) {
  const Graph graph = test::inferred(residualBlock);
  const std::vector<Tensor> inputs = test::randomInputs(graph, 3);
  for (const char* name : {"a", "b", "c", "d", "e", "f", "y"}) {
    CompileOptions options;
    options.observe = {graph.valueNamed(name)};
    Recorder expected, actual;
    const auto want = test::runOn(*makeReferenceBackend(), graph, inputs, options, &expected);
    const auto got = test::runOn(*makeCpuBackend(), graph, inputs, options, &actual);
    ASSERT_EQ(actual.values.size(), 1U) << name;
    test::expectClose(expected.values.begin()->second, actual.values.begin()->second, 1e-4, name);
    test::expectClose(want[0], got[0], 1e-4, std::string("output when observing ") + name);
  }
}

TEST(CpuFusion, WhatAnObserverKeepsIsNotOverwrittenByWorkInPlace) {
  const Graph graph = test::inferred("input x:f32[3,8]\nW:f32[8,8] = random(1)\nb:f32[8] = random(2)\nMatMul(x, W) -> m\nAdd(m, b) -> s\nRelu(s) -> y\noutput y\n");
  const std::vector<Tensor> inputs = test::randomInputs(graph, 3);
  CompileOptions options;
  options.observeAll = true;
  Recorder expected, actual;
  test::runOn(*makeReferenceBackend(), graph, inputs, options, &expected);
  test::runOn(*makeCpuBackend(), graph, inputs, options, &actual);
  for (const auto& [id, tensor] : expected.values) test::expectClose(tensor, actual.values[id], 1e-4, graph.value(id).name);
}

TEST(CpuFusion, AResidualThatIsReadAgainIsNotOverwritten) {
  const std::string head = "input x:f32[1,16,9,9]\nW:f32[16,16,3,3] = random(2)\nV:f32[16,16,1,1] = random(3)\nConv(x, V) -> r\n";
  // Read later.
  expectSameAsReference(head + "Conv(x, W){pads=[1,1,1,1]} -> a\nAdd(a, r) -> s\nRelu(s) -> y\nMul(r, y) -> z\noutput z\n");
  // An output itself.
  expectSameAsReference(head + "Conv(x, W){pads=[1,1,1,1]} -> a\nAdd(r, a) -> y\noutput y\noutput r\n");
  // Also what the convolution reads.
  expectSameAsReference(head + "Conv(r, W){pads=[1,1,1,1]} -> a\nAdd(a, r) -> y\noutput y\n");
  expectSameAsReference(head + "Conv(r, V) -> a\nAdd(a, r) -> y\noutput y\n");
  // The model's input.
  expectSameAsReference(head + "Conv(r, V) -> a\nAdd(a, x) -> y\noutput y\n");
  // Twice the same value, and a value added to itself.
  expectSameAsReference(head + "Conv(r, V) -> a\nAdd(a, r) -> b\nConv(b, W){pads=[1,1,1,1]} -> c\nAdd(c, r) -> d\nAdd(d, d) -> y\noutput y\n");
  // Seen under another shape.
  expectSameAsReference(head + "s:i64[2] = {16,81}\nReshape(r, s) -> q\nConv(x, W){pads=[1,1,1,1]} -> a\nAdd(a, r) -> y\nRelu(q) -> z\noutput y\noutput z\n");
  // Part of a concatenation, before and after.
  expectSameAsReference(head + "Concat(r, r){axis=1} -> k\nConv(x, W){pads=[1,1,1,1]} -> a\nAdd(a, r) -> y\nRelu(k) -> z\noutput y\noutput z\n");
  expectSameAsReference(head + "Conv(x, V) -> t\nConcat(r, t){axis=1} -> k\nConv(x, W){pads=[1,1,1,1]} -> a\nAdd(a, r) -> y\nRelu(k) -> z\noutput y\noutput z\n");
}

TEST(CpuFusion, TwoBranchesThatMeetInAnAddition) {
  expectSameAsReference(R"(
    input x:f32[2,12,9,9]
    W:f32[20,12,3,3] = random(2)
    V:f32[20,12,1,1] = random(3)
    Conv(x, W){strides=[2,2], pads=[1,1,1,1]} -> a
    Conv(x, V){strides=[2,2]} -> b
    Add(a, b) -> s
    LeakyRelu(s){alpha=0.1} -> y
    output y
  )");
}

TEST(CpuFusion, ActivationsAfterConvolutions) {
  const std::string head = "opset 14\ninput x:f32[1,12,9,9]\nW:f32[20,12,3,3] = random(2)\nlow:f32[] = {0}\nhigh:f32[] = {6}\nConv(x, W) -> a\n";
  for (const char* tail : {"Clip(a, low, high) -> y", "HardSwish(a) -> y", "Sigmoid(a) -> y", "LeakyRelu(a) -> y", "HardSigmoid(a) -> y",
                           "Tanh(a) -> y", "Elu(a) -> y", "Sigmoid(a) -> s\nMul(a, s) -> y", "Sigmoid(a) -> s\nMul(s, a) -> b\nRelu(b) -> y"}) {
    expectSameAsReference(head + tail + "\noutput y\n");
    EXPECT_EQ(count(kernelsOf(head + tail + "\noutput y\n"), ", "), 0U) << tail;
  }
}

TEST(CpuFusion, AConstantAddedToEachChannelIsABias) {
  for (const char* shape : {"[20,1,1]", "[1,20,1,1]"}) {
    const std::string text = std::string("input x:f32[1,12,9,9]\nW:f32[20,12,3,3] = random(2)\nb:f32") + shape +
                             " = random(4)\nConv(x, W) -> a\nAdd(a, b) -> c\nRelu(c) -> y\noutput y\n";
    expectSameAsReference(text);
    EXPECT_EQ(count(kernelsOf(text), ", "), 0U);
  }
}

}  // namespace
}  // namespace ew
