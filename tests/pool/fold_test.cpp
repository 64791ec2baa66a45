// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>

#include "core/ops/infer.h"
#include "core/run/runtime.h"
#include "core/transform/fold/fold.h"
#include "tests/pool/pool_model.h"
#include "tests/support/pool.h"

namespace ew {
namespace {

struct Folded {
  Graph graph;
  std::vector<transform::NodeVerdict> verdicts;
};

Folded folded(const Graph& graph) {
  NoProgress progress;
  auto pass = transform::fold(graph, {}, progress);
  if (!pass.ok()) {
    ADD_FAILURE() << pass.error().text();
    return {};
  }
  auto applied = transform::applyEdit(*pass);
  if (!applied.ok()) {
    ADD_FAILURE() << applied.error().text();
    return {};
  }
  return {*applied, pass->verdicts};
}

std::vector<Tensor> outputsOf(const Graph& graph, const std::vector<Tensor>& inputs) {
  auto runtime = Runtime::create(graph, BackendSet(), "reference");
  if (!runtime.ok()) {
    ADD_FAILURE() << runtime.error().text();
    return {};
  }
  auto outputs = runtime->run(inputs);
  if (outputs.ok()) return *outputs;
  ADD_FAILURE() << outputs.error().text();
  return {};
}

void expectSame(const Tensor& expected, const Tensor& actual, const std::string& name) {
  ASSERT_EQ(expected.dims(), actual.dims()) << name;
  ASSERT_EQ(expected.dtype(), actual.dtype()) << name;
  const auto a = *toDoubles(expected), b = *toDoubles(actual);
  double largest = 0, difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    largest = std::max(largest, std::abs(a[i]));
    difference = std::max(difference, std::abs(a[i] - b[i]));
  }
  EXPECT_LE(difference, 1e-5 * largest) << name;
}

/// Names, types and shapes of inputs and outputs.
std::vector<std::string> interfaceOf(const Graph& graph) {
  std::vector<std::string> out;
  for (const auto& ids : {graph.inputs(), graph.outputs()})
    for (const ValueId id : ids) {
      const Value& value = graph.value(id);
      out.push_back(value.name + " " + std::string(dtypeName(value.dtype)) + (value.shape ? value.shape->text() : ""));
    }
  return out;
}

class FoldsPoolModel : public testing::TestWithParam<test::PoolModel> {};

TEST_P(FoldsPoolModel, WithoutChangingWhatItComputes) {
  EW_REQUIRE_POOL(pool);
  const Graph imported = test::importPoolModel(pool, GetParam());
  const auto inferred = ops::inferShapes(imported);
  ASSERT_TRUE(inferred.ok()) << inferred.error().text();
  const Folded once = folded(imported);
  EXPECT_EQ(interfaceOf(once.graph), interfaceOf(inferred->graph));
  const std::vector<Tensor> inputs = test::poolInputs(imported, GetParam(), GetParam().severalAtOnce ? 2 : 1);
  const std::vector<Tensor> before = outputsOf(imported, inputs), after = outputsOf(once.graph, inputs);
  ASSERT_EQ(before.size(), after.size());
  for (std::size_t i = 0; i < before.size(); ++i) expectSame(before[i], after[i], imported.value(imported.outputs()[i]).name);
  RecordProperty("nodes", std::to_string(imported.nodes().size()) + " -> " + std::to_string(once.graph.nodes().size()));
}

TEST_P(FoldsPoolModel, CompletelyAtOnce) {
  EW_REQUIRE_POOL(pool);
  const Folded once = folded(test::importPoolModel(pool, GetParam())), twice = folded(once.graph);
  EXPECT_EQ(once.graph.nodes().size(), twice.graph.nodes().size());
  for (const transform::NodeVerdict& verdict : twice.verdicts) EXPECT_EQ(verdict.verdict, "kept") << verdict.node << ": " << verdict.reason;
}

INSTANTIATE_TEST_SUITE_P(Pool, FoldsPoolModel, testing::ValuesIn(test::poolModels()), [](const auto& info) { return test::testName(info.param); });

}  // namespace
}  // namespace ew
