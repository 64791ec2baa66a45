// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "accel/cpu/constant_cache.h"
#include "accel/cpu/cpu_backend.h"
#include "core/graph/graph_edit.h"
#include "core/run/runtime.h"
#include "tests/accel/cpu_support.h"
#include "tests/support/graph_text.h"

namespace ew::cpu {
namespace {

/// Three convolutions of other extents each, so that each has a layout of its own to pack.
Graph threeLayers() {
  GraphEdit edit;
  edit.mutableInfo().opsets[""] = 17;
  ValueId x = edit.addValue("x", DType::f32, Shape(Dims{1, 16, 12, 12}));
  edit.setInputs({x});
  const std::int64_t channels[] = {16, 32, 48, 64};
  for (std::size_t i = 0; i < 3; ++i) {
    const std::string name = "layer" + std::to_string(i);
    const ValueId w = edit.addInitializer(name + ".w", test::randomTensor(DType::f32, {channels[i + 1], channels[i], 1, 1}, static_cast<unsigned>(i) + 1));
    const ValueId y = edit.addValue(name + ".y");
    Node node;
    node.name = name;
    node.opType = "Conv";
    node.inputs = {x, w};
    node.outputs = {y};
    edit.addNode(std::move(node));
    x = y;
  }
  edit.setOutputs({x});
  return std::move(edit).apply().value();
}

struct Compiled {
  Runtime runtime;
  std::uint64_t made = 0, found = 0;
};

Compiled compiled(const Graph& graph, const std::vector<Tensor>& inputs) {
  BackendSet backends;
  backends.add(makeCpuBackend());
  Runtime runtime = Runtime::create(graph, backends, "cpu", {}).value();
  NoProgress progress;
  const auto before = ConstantCache::ofProcess().counters();
  EXPECT_TRUE(runtime.prepare(inputs, progress).ok());
  const auto after = ConstantCache::ofProcess().counters();
  return {std::move(runtime), after.made - before.made, after.found - before.found};
}

Graph withOtherWeights(const Graph& graph, const std::string& value) {
  GraphEdit edit(graph);
  const ValueId id = graph.valueNamed(value);
  Tensor changed = *graph.initializer(id);
  for (float& w : changed.mutableData<float>()) w = -w;
  edit.setInitializer(id, changed);
  return std::move(edit).apply().value();
}

std::vector<Tensor> resultOf(Compiled& c, const std::vector<Tensor>& inputs) {
  auto out = c.runtime.run(inputs);
  EXPECT_TRUE(out.ok());
  return *out;
}

TEST(CpuRecompile, PacksOnlyTheWeightsThatChanged) {
  ConstantCache::ofProcess().clear();
  const Graph graph = threeLayers();
  const std::vector<Tensor> inputs{test::randomTensor(DType::f32, {1, 16, 12, 12}, 9)};
  Compiled first = compiled(graph, inputs);
  ASSERT_GE(first.made, 3U);  // more where forms of a layer are compared
  const Graph changed = withOtherWeights(graph, "layer1.w");
  Compiled second = compiled(changed, inputs);
  EXPECT_GE(second.made, 1U);
  EXPECT_LE(second.made, first.made / 3);
  EXPECT_GE(second.found, 2U);
  test::expectClose(test::runOn(*makeCpuBackend(), first.runtime.plan()->graph, inputs)[0], resultOf(first, inputs)[0], 0, "before the change");
  // The middle layer's sign went through to the end.
  Tensor negated = resultOf(first, inputs)[0];
  for (float& v : negated.mutableData<float>()) v = -v;
  test::expectClose(negated, resultOf(second, inputs)[0], 1e-6, "after the change");
}

TEST(CpuRecompile, FindsWhatNobodyUsesAnyMoreByItsContent) {
  ConstantCache::ofProcess().clear();
  const std::vector<Tensor> inputs{test::randomTensor(DType::f32, {1, 16, 12, 12}, 9)};
  ASSERT_GE(compiled(threeLayers(), inputs).made, 3U);
  EXPECT_GT(ConstantCache::ofProcess().idleBytes(), 0U);
  const Compiled again = compiled(threeLayers(), inputs);  // other tensors with the same values
  EXPECT_EQ(again.made, 0U);
  EXPECT_GE(again.found, 3U);
  ConstantCache::ofProcess().clear();
  EXPECT_EQ(ConstantCache::ofProcess().idleBytes(), 0U);
}

TEST(CpuRecompile, WeightsChangedInPlaceAreNotTakenForTheOldOnes) {
  ConstantCache::ofProcess().clear();
  Tensor weights = test::randomTensor(DType::f32, {1000}, 3);
  const auto sum = [](const Tensor& of) {
    const auto made = ConstantCache::ofProcess().get("sum", std::vector<Tensor>{of}, [&]() -> MadeConstant {
      float total = 0;
      for (const float v : of.data<float>()) total += v;
      return {std::make_shared<const float>(total), sizeof(float)};
    });
    return *static_cast<const float*>(made.get());
  };
  const float before = sum(weights);
  weights.mutableData<float>()[500] += 1000;  // nobody else holds them: the same memory
  EXPECT_NEAR(sum(weights), before + 1000, 0.1);
}

TEST(CpuRecompile, KeepsABoundedAmountOfWhatNobodyUses) {
  ConstantCache::ofProcess().clear();
  constexpr std::size_t each = ConstantCache::mostIdleBytes / 8;
  for (int i = 0; i < 20; ++i)
    (void)ConstantCache::ofProcess().get("big " + std::to_string(i), {}, [&]() -> MadeConstant { return {std::make_shared<const int>(i), each}; });
  EXPECT_LE(ConstantCache::ofProcess().idleBytes(), ConstantCache::mostIdleBytes);
  EXPECT_GE(ConstantCache::ofProcess().idleBytes(), ConstantCache::mostIdleBytes / 2);
  ConstantCache::ofProcess().clear();
}

TEST(CpuRecompile, AnyByteChangesTheFingerprint) {
  std::vector<std::byte> bytes(200, std::byte{7});
  const std::string before = fingerprint(bytes);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] ^= std::byte{1};
    EXPECT_NE(fingerprint(bytes), before) << i;
    bytes[i] ^= std::byte{1};
  }
  EXPECT_NE(fingerprint(std::span(bytes).first(199)), before);
  bytes.push_back(std::byte{0});
  EXPECT_NE(fingerprint(bytes), before);
}

}  // namespace
}  // namespace ew::cpu
