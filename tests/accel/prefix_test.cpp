// SPDX-License-Identifier: Apache-2.0
// Runs that reuse what comes before a change: the same results as full runs, and how much is not computed again.
#include "core/run/prefix.h"

#include <algorithm>
#include <array>

#include "accel/cpu/cpu_backend.h"
#include "core/graph/graph_edit.h"
#include "core/onnx/onnx_file.h"
#include "core/run/runtime.h"
#include "tests/accel/cpu_support.h"
#include "tests/support/graph_text.h"
#include "tests/support/pool.h"

namespace ew {
namespace {

BackendSet backends() {
  BackendSet set;
  set.add(makeCpuBackend());
  return set;
}

std::vector<Tensor> fullRun(const Graph& graph, const std::string& backend, const std::vector<Tensor>& inputs) {
  auto runtime = Runtime::create(graph, backends(), backend);
  if (!runtime.ok()) {
    ADD_FAILURE() << runtime.error().text();
    return {};
  }
  auto outputs = runtime->run(inputs);
  if (!outputs.ok()) {
    ADD_FAILURE() << outputs.error().text();
    return {};
  }
  return *outputs;
}

PrefixRunner runnerOn(const std::string& backend, std::size_t bytes = PrefixRunner::defaultBytes) {
  auto runner = PrefixRunner::create(backends(), backend, {}, bytes);
  EXPECT_TRUE(runner.ok());
  return std::move(*runner);
}

void expectRun(PrefixRunner& runner, const Graph& graph, const std::string& backend, const std::vector<Tensor>& inputs, const std::string& what) {
  const auto actual = runner.run(graph, inputs);
  ASSERT_TRUE(actual.ok()) << what << ": " << actual.error().text();
  const std::vector<Tensor> expected = fullRun(graph, backend, inputs);
  ASSERT_EQ(actual->size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) test::expectClose(expected[i], (*actual)[i], 1e-4, what);
}

/// The graph with another value for an initializer.
Graph withOther(const Graph& graph, const std::string& name, unsigned seed) {
  GraphEdit edit(graph);
  const ValueId id = edit.graph().valueNamed(name);
  edit.setInitializer(id, test::randomTensor(graph.initializer(id)->dtype(), graph.initializer(id)->dims(), seed));
  return std::move(edit).take();
}

/// Three convolutions with a residual over the second.
const std::string chain =
    "opset 13\n input x:f32[1,8,6,6]\n A:f32[8,8,3,3] = random(1)\n B:f32[8,8,3,3] = random(2)\n C:f32[4,8,1,1] = random(3)\n "
    "Conv(x, A){pads=[1,1,1,1]} -> a\n Relu(a) -> b\n Conv(b, B){pads=[1,1,1,1]} -> c\n Add(b, c) -> d\n Relu(d) -> e\n Conv(e, C) -> f\n Sigmoid(f) -> y\n output y";

class Prefix : public testing::TestWithParam<const char*> {};

TEST_P(Prefix, ChangesAnywhereGiveWhatAFullRunGives) {
  const Graph graph = test::inferred(chain);
  const std::vector<Tensor> inputs = test::randomInputs(graph, 1);
  PrefixRunner runner = runnerOn(GetParam());
  expectRun(runner, graph, GetParam(), inputs, "base");
  unsigned seed = 10;
  for (const char* name : {"A", "B", "C", "B", "A", "C"}) expectRun(runner, withOther(graph, name, seed++), GetParam(), inputs, name);
  expectRun(runner, withOther(withOther(graph, "B", 7), "C", 8), GetParam(), inputs, "two layers");
  expectRun(runner, graph, GetParam(), inputs, "base again");
}

TEST_P(Prefix, OtherInputsGetValuesOfTheirOwn) {
  const Graph graph = test::inferred(chain), changed = withOther(graph, "C", 5);
  PrefixRunner runner = runnerOn(GetParam());
  for (const unsigned seed : {1U, 2U, 3U, 1U, 2U}) {
    const std::vector<Tensor> inputs = test::randomInputs(graph, seed);
    expectRun(runner, graph, GetParam(), inputs, "base");
    expectRun(runner, changed, GetParam(), inputs, "changed");
  }
  // A tensor written in place is another input.
  std::vector<Tensor> inputs = test::randomInputs(graph, 1);
  expectRun(runner, changed, GetParam(), inputs, "before");
  inputs[0].mutableData<float>()[3] += 1;
  expectRun(runner, changed, GetParam(), inputs, "after");
}

TEST_P(Prefix, OtherShapesAndOperatorsAreChanges) {
  PrefixRunner runner = runnerOn(GetParam());
  const Graph graph = test::inferred(chain);
  const std::vector<Tensor> inputs = test::randomInputs(graph, 1);
  const auto replaced = [](std::string text, const std::string& from, const std::string& to) { return text.replace(text.find(from), from.size(), to); };
  expectRun(runner, graph, GetParam(), inputs, "base");
  expectRun(runner, test::inferred(replaced(chain, "Sigmoid", "Tanh")), GetParam(), inputs, "another operator");
  expectRun(runner, test::inferred(replaced(chain, "C:f32[4,", "C:f32[3,")), GetParam(), inputs, "fewer channels");
  expectRun(runner, test::inferred(replaced(chain, "Conv(e, C)", "Conv(e, C){strides=[2,2]}")), GetParam(), inputs, "another attribute");
  const Graph larger = test::inferred(replaced(chain, "[1,8,6,6]", "[2,8,9,7]"));
  expectRun(runner, larger, GetParam(), test::randomInputs(larger, 1), "other extents");
}

INSTANTIATE_TEST_SUITE_P(Backends, Prefix, testing::Values("cpu", "reference"));

TEST(PrefixRunner, CountsWhatItDidNotCompute) {
  const Graph graph = test::inferred(chain);
  const std::vector<Tensor> inputs = test::randomInputs(graph, 1);
  PrefixRunner runner = runnerOn("reference");
  const auto step = [&](const Graph& which) {
    EXPECT_TRUE(runner.run(which, inputs).ok());
    return std::array{runner.counters().lastRun, runner.counters().lastSkipped};
  };
  EXPECT_EQ(step(graph), (std::array<std::int64_t, 2>{7, 0}));
  EXPECT_EQ(step(withOther(graph, "C", 5)), (std::array<std::int64_t, 2>{7, 0}));  // the cut is made now
  EXPECT_EQ(step(withOther(graph, "C", 6)), (std::array<std::int64_t, 2>{2, 5}));
  EXPECT_EQ(step(withOther(graph, "B", 6)), (std::array<std::int64_t, 2>{7, 0}));  // nothing before the first cut is kept
  EXPECT_EQ(step(withOther(graph, "B", 7)), (std::array<std::int64_t, 2>{5, 2}));
  EXPECT_EQ(step(withOther(graph, "C", 8)), (std::array<std::int64_t, 2>{2, 5}));
}

TEST(PrefixRunner, KeepsNoMoreBytesThanItMay) {
  const Graph graph = test::inferred(chain);
  constexpr std::size_t oneValue = 8 * 6 * 6 * sizeof(float);
  for (const std::size_t limit : {std::size_t{0}, oneValue, 3 * oneValue}) {
    PrefixRunner runner = runnerOn("cpu", limit);
    for (unsigned seed = 1; seed < 6; ++seed)
      for (const char* name : {"A", "B", "C"}) {
        expectRun(runner, withOther(graph, name, seed), "cpu", test::randomInputs(graph, seed), name);
        EXPECT_LE(runner.keptBytes(), limit);
      }
  }
}

TEST(TensorCache, CountsTextsAndWhatSequencesHold) {
  TensorCache cache(10'000);
  const Tensor large = test::randomTensor(DType::f32, {2000}, 1);
  cache.put("large", Tensor::sequence({large, large}));
  cache.put("long", Tensor::strings({1}, {std::string(20'000, 'x')}));
  EXPECT_EQ(cache.count(), 0U);
  cache.put("first", Tensor::sequence({large}));
  cache.put("second", Tensor::strings({1}, {std::string(5'000, 'x')}));
  EXPECT_EQ(cache.get("first"), nullptr);
  EXPECT_NE(cache.get("second"), nullptr);
  EXPECT_LE(cache.bytes(), cache.limit());
}

TEST(PrefixRunner, WrongInputsAreErrors) {
  const Graph graph = test::inferred(chain);
  PrefixRunner runner = runnerOn("cpu");
  EXPECT_FALSE(runner.run(graph, {}).ok());
  const std::vector<Tensor> small{test::randomTensor(DType::f32, {1, 7, 6, 6}, 1)};
  EXPECT_FALSE(runner.run(graph, small).ok());
  ASSERT_TRUE(runner.run(graph, test::randomInputs(graph, 1)).ok());
}

/// Some weights in turn, from the beginning to the end, on two inputs.
class PrefixPool : public testing::TestWithParam<const char*> {};

TEST_P(PrefixPool, EqualsAFullRun) {
  EW_REQUIRE_POOL(pool);
  const auto model = onnx::importModel(pool / "models" / (std::string(GetParam()) + ".onnx"));
  ASSERT_TRUE(model.ok()) << model.error().text();
  const Graph& graph = model->graph;
  std::vector<std::string> weights;
  for (const Node& node : graph.nodes())
    for (const ValueId id : node.inputs)
      if (id != kNone && graph.initializer(id) != nullptr && graph.initializer(id)->dtype() == DType::f32 && graph.initializer(id)->size() > 64) weights.push_back(graph.value(id).name);
  ASSERT_FALSE(weights.empty());
  PrefixRunner runner = runnerOn("cpu");
  for (std::size_t i = 0; i < 4; ++i) {
    GraphEdit edit(graph);
    const ValueId id = edit.graph().valueNamed(weights[i * (weights.size() - 1) / 3]);
    Tensor halved = *graph.initializer(id);
    for (float& value : halved.mutableData<float>()) value *= 0.5F;
    edit.setInitializer(id, halved);
    const Graph changed = std::move(edit).take();
    for (const std::uint64_t seed : {7U, 8U}) {
      const auto inputs = syntheticInputs(graph, 1, seed);
      ASSERT_TRUE(inputs.ok());
      expectRun(runner, changed, "cpu", *inputs, GetParam());
    }
  }
  EXPECT_GT(runner.counters().nodesSkipped, 0);
}

INSTANTIATE_TEST_SUITE_P(Models, PrefixPool,
                         testing::Values("cifar10_resnet20", "imagenet_squeezenet1.1_caffe", "mlperf_tiny_ic_resnet8_fp32", "st_mobilenet_v2_128_0.5", "vit_cifar10_ibp_3_3_8"),
                         [](const auto& info) { return test::testNameOf(info.param); });

TEST(PrefixRunner, IntegerLayersGiveTheSameBytes) {
  const std::string text =
      "opset 13\n input x:f32[1,8,6,6]\n s:f32[] = {0.05}\n z:u8[] = {128}\n W:i8[8,8,3,3] = random(1)\n V:i8[4,8,1,1] = random(2)\n ws:f32[] = {0.01}\n wz:i8[] = {0}\n "
      "QuantizeLinear(x, s, z) -> q\n DequantizeLinear(q, s, z) -> d\n DequantizeLinear(W, ws, wz) -> w\n Conv(d, w){pads=[1,1,1,1]} -> a\n "
      "QuantizeLinear(a, s, z) -> b\n DequantizeLinear(b, s, z) -> c\n DequantizeLinear(V, ws, wz) -> v\n Conv(c, v) -> e\n QuantizeLinear(e, s, z) -> y\n output y";
  const Graph graph = test::inferred(text);
  const std::vector<Tensor> inputs = test::randomInputs(graph, 1);
  PrefixRunner runner = runnerOn("cpu");
  for (unsigned seed = 3; seed < 7; ++seed) expectRun(runner, withOther(graph, seed % 2 == 0 ? "W" : "V", seed), "cpu", inputs, "quantized");
  expectRun(runner, withOther(graph, "V", 9), "cpu", inputs, "quantized");
  EXPECT_GT(runner.counters().lastSkipped, 0);
}

}  // namespace
}  // namespace ew
