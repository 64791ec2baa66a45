// SPDX-License-Identifier: Apache-2.0
#include "core/run/runtime.h"

#include <gtest/gtest.h>

#include <map>

#include "core/run/bench.h"
#include "core/run/reference_backend.h"
#include "tests/support/graph_text.h"

namespace ew {
namespace {

const char* const chain = R"(
  input x:f32[N,4]
  two:f32[1] = {2}
  Mul(x, two) -> a
  Neg(a) -> b
  Add(b, x) -> y
  output y
)";

/// Takes all operators but one, which must then run elsewhere.
class PickyBackend final : public Backend {
 public:
  explicit PickyBackend(std::string refused) : refused_(std::move(refused)) {}
  std::string id() const override { return "picky"; }
  std::string description() const override { return "refuses " + refused_; }
  Status available() const override { return {}; }
  std::optional<Reason> refusal(const Graph&, const Node& node) const override {
    if (node.opType == refused_) return Reason{ReasonCode::OperatorNotOnBackend, node.opType};
    return std::nullopt;
  }
  Result<std::unique_ptr<Executable>> compile(const Graph& graph, const CompileOptions& options, Progress& progress) const override {
    for (const Node& node : graph.nodes()) EXPECT_NE(node.opType, refused_);
    return makeReferenceBackend()->compile(graph, options, progress);
  }

 private:
  std::string refused_;
};

class CollectValues final : public Observer {
 public:
  void onValue(ValueId id, const Tensor& tensor) override { values[id] = tensor; }
  std::map<ValueId, Tensor> values;
};

TEST(Runtime, RunsEachNewShape) {
  Runtime runtime = *Runtime::create(test::graphFromText(chain), BackendSet(), "reference");
  for (const std::int64_t batch : {1, 3, 1}) {
    const std::vector<Tensor> out = *runtime.run(std::vector<Tensor>{test::randomTensor(DType::f32, {batch, 4}, 1)});
    EXPECT_EQ(out[0].dims(), (Dims{batch, 4}));
  }
}

TEST(Runtime, RefusedNodesRunOnTheFallbackWithTheirReason) {
  BackendSet backends;
  backends.add(std::make_shared<PickyBackend>("Neg"));
  Runtime runtime = *Runtime::create(test::graphFromText(chain), backends, "picky");
  const std::vector<Tensor> out = *runtime.run(std::vector<Tensor>{Tensor::of<float>({1, 4}, {1, 2, 3, 4})});
  EXPECT_EQ(out[0].data<float>()[3], -4);
  const Plan& plan = *runtime.plan();
  ASSERT_EQ(plan.segments.size(), 3U);
  EXPECT_EQ(plan.segments[1].backend, "reference");
  ASSERT_EQ(plan.fallbacks.size(), 1U);
  EXPECT_EQ(plan.fallbacks[0].reason.text(), "the backend has no kernel for this operator (Neg)");
  EXPECT_EQ(plan.fallbacks[0].boundaryBytes, 32U);
}

TEST(Runtime, WrongInputsAreNamed) {
  Runtime runtime = *Runtime::create(test::graphFromText(chain), BackendSet(), "reference");
  const auto wrongShape = runtime.run(std::vector<Tensor>{Tensor::zeros(DType::f32, {1, 5})});
  ASSERT_FALSE(wrongShape.ok());
  EXPECT_EQ(wrongShape.error().text(), "input 'x': takes shape N x 4, not 1x5");
  EXPECT_EQ(runtime.run(std::vector<Tensor>{Tensor::zeros(DType::i8, {1, 4})}).error().code, ErrorCode::Invalid);
  EXPECT_EQ(runtime.run(std::vector<Tensor>{}).error().code, ErrorCode::Invalid);
}

TEST(Runtime, UnknownOperatorsAreRefusedByNameBeforeRunning) {
  const Graph graph = test::graphFromText("input x:f32[1]\n my.domain.Frobnicate(x) -> y\n output y");
  const auto runtime = Runtime::create(graph, BackendSet(), "reference");
  ASSERT_FALSE(runtime.ok());
  EXPECT_EQ(runtime.error().code, ErrorCode::Unsupported);
  EXPECT_NE(runtime.error().text().find("Frobnicate"), std::string::npos);
}

TEST(Runtime, UnknownBackendsAreAUsageErrorWithTheKnownOnes) {
  const auto runtime = Runtime::create(test::graphFromText(chain), BackendSet(), "quantum");
  ASSERT_FALSE(runtime.ok());
  EXPECT_EQ(runtime.error().code, ErrorCode::Usage);
  EXPECT_NE(runtime.error().text().find("reference"), std::string::npos);
}

TEST(Runtime, EveryValueIsObservedOnceWhenAsked) {
  CompileOptions options;
  options.observeAll = true;
  const Graph graph = test::graphFromText(chain);
  Runtime runtime = *Runtime::create(graph, BackendSet(), "reference", options);
  CollectValues observer;
  ASSERT_TRUE(runtime.run(std::vector<Tensor>{Tensor::of<float>({1, 4}, {1, 2, 3, 4})}, observer).ok());
  EXPECT_EQ(observer.values.size(), 4U);
  EXPECT_EQ(observer.values.at(graph.valueNamed("a")).data<float>()[1], 4);
}

TEST(SyntheticInputs, AbsurdShapesAreALimitNotAnAllocation) {
  const Graph graph = test::graphFromText("input x:f32[65536,65536]\n Neg(x) -> y\n output y");
  const auto inputs = syntheticInputs(graph, 1, 1);
  ASSERT_FALSE(inputs.ok());
  EXPECT_EQ(inputs.error().text(), "input 'x': shape 65536x65536 is over 1 GiB");
}

TEST(Bench, ReportsEveryNodeAndOrderedPercentiles) {
  const Graph graph = test::graphFromText(chain);
  Runtime runtime = *Runtime::create(graph, BackendSet(), "reference");
  const std::vector<Tensor> inputs = *syntheticInputs(graph, 2, 1);
  NoProgress progress;
  BenchOptions options;
  options.runs = 9;
  const BenchResult result = *bench(runtime, inputs, options, progress);
  EXPECT_EQ(result.runs, 9);
  EXPECT_EQ(result.layers.size(), 3U);
  EXPECT_LE(result.minMs, result.p50Ms);
  EXPECT_LE(result.p50Ms, result.p95Ms);
  EXPECT_GT(result.peakRssBytes, 0U);
}

}  // namespace
}  // namespace ew
