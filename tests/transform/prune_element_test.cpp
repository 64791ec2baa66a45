// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/transform/prune/prune.h"
#include "tests/support/graph_text.h"
#include "tests/transform/run_graph.h"

namespace ew::transform {
namespace {

const char* const model = R"(
  input x:f32[1,5]
  W:f32[5,7] = random(1)
  B:f32[7] = random(2)
  V:f32[7,3] = random(3)
  first: Gemm(x, W, B) -> a
  Relu(a) -> b
  second: MatMul(b, V) -> y
  output y
)";

Result<PassResult> pruneText(const std::string& text, const PruneOptions& options) {
  NoProgress progress;
  return prune(test::graphFromText(text), options, progress);
}

std::vector<double> values(const Graph& graph, const std::string& name) { return *toDoubles(*graph.initializer(graph.valueNamed(name))); }

std::int64_t zerosOf(const Graph& graph, const std::string& name) {
  const std::vector<double> all = values(graph, name);
  return std::count(all.begin(), all.end(), 0.0);
}

TEST(PruneElements, ExactlyTheSmallestBecomeZero) {
  PruneOptions options;
  options.sparsity = 0.4;
  const Graph before = test::graphFromText(model), after = test::applied(pruneText(model, options));
  EXPECT_EQ(zerosOf(after, "W"), 14);  // 0.4 of 35
  EXPECT_EQ(zerosOf(after, "V"), 8);   // 8.4 of 21, rounded
  EXPECT_EQ(zerosOf(after, "B"), 0);
  std::vector<double> old = values(before, "W"), now = values(after, "W");
  double largestGone = 0, smallestLeft = 1e9;
  for (std::size_t i = 0; i < old.size(); ++i) {
    if (now[i] == 0) largestGone = std::max(largestGone, std::abs(old[i]));
    else {
      EXPECT_EQ(now[i], old[i]);
      smallestLeft = std::min(smallestLeft, std::abs(old[i]));
    }
  }
  EXPECT_LE(largestGone, smallestLeft);
}

TEST(PruneElements, TiesGoByPosition) {
  const char* const text = "input x:f32[1,2]\n W:f32[2,3] = {1,-1,1,1,-1,1}\n MatMul(x, W) -> y\n output y";
  const Graph after = test::applied(pruneText(text, {}));
  EXPECT_EQ(values(after, "W"), (std::vector<double>{0, 0, 0, 1, -1, 1}));
}

TEST(PruneElements, AGlobalThresholdTreatsAllLayersAlike) {
  PruneOptions options;
  options.scope = "global";
  const Graph before = test::graphFromText(model), after = test::applied(pruneText(model, options));
  EXPECT_EQ(zerosOf(after, "W") + zerosOf(after, "V"), 28);
  std::vector<double> all = values(before, "W");
  const std::vector<double> more = values(before, "V");
  all.insert(all.end(), more.begin(), more.end());
  for (double& w : all) w = std::abs(w);
  std::sort(all.begin(), all.end());
  const auto expected = std::count_if(more.begin(), more.end(), [&](double w) { return std::abs(w) <= all[27]; });
  EXPECT_EQ(zerosOf(after, "V"), expected);
}

TEST(PruneElements, ZerosThatAreThereCount) {
  const char* const text = "input x:f32[1,2]\n W:f32[2,4] = {0,5,0,6,0,7,8,9}\n MatMul(x, W) -> y\n output y";
  PruneOptions options;
  options.criterion = "random";
  EXPECT_EQ(zerosOf(test::applied(pruneText(text, options)), "W"), 4);
  options.sparsity = 0.25;
  const auto result = pruneText(text, options);
  EXPECT_EQ(result->verdicts[0].reasonKey, "too-small");
}

TEST(PruneElements, RandomFollowsTheSeed) {
  PruneOptions options;
  options.criterion = "random";
  const auto pruned = [&](std::uint64_t seed) {
    options.seed = seed;
    return values(test::applied(pruneText(model, options)), "W");
  };
  EXPECT_EQ(pruned(1), pruned(1));
  EXPECT_NE(pruned(1), pruned(2));
}

TEST(PruneElements, AZeroOfAQuantizedWeightIsItsZeroPoint) {
  const char* const text = R"(
    opset 13
    input x:f32[1,2]
    W:u8[2,3] = {10, 20, 30, 12, 90, 0}
    s:f32[3] = {1, 1, 1}
    z:u8[3] = {10, 21, 0}
    DequantizeLinear(W, s, z){axis=1} -> w
    MatMul(x, w) -> y
    output y
  )";
  const Graph after = test::applied(pruneText(text, {}));
  EXPECT_EQ(values(after, "W"), (std::vector<double>{10, 21, 30, 12, 90, 0}));  // two were zero already
}

TEST(PruneElements, RulesForLayersWin) {
  PruneOptions options;
  options.layers = {{"first", 0.2}, {"s*", 0}};
  const auto result = pruneText(model, options);
  const Graph after = test::applied(result);
  EXPECT_EQ(zerosOf(after, "W"), 7);
  EXPECT_EQ(zerosOf(after, "V"), 0);
  EXPECT_EQ(test::verdictOf(result->verdicts, "second").reasonKey, "excluded-by-recipe");
}

struct Refusal {
  PruneOptions options;
  std::vector<const char*> says;
};

TEST(Prune, RefusesWhatCannotBe) {
  const auto with = [](auto change) {
    PruneOptions options;
    change(options);
    return options;
  };
  const std::vector<Refusal> refusals{
      {with([](PruneOptions& o) { o.sparsity = 1; }), {"sparsity is 1", "below 1"}},
      {with([](PruneOptions& o) { o.sparsity = -0.1; }), {"-0.1", "at least 0"}},
      {with([](PruneOptions& o) { o.sparsity = NAN; }), {"nan"}},
      {with([](PruneOptions& o) { o.layers["first"] = 2; }), {"'first'", "is 2"}},
      {with([](PruneOptions& o) { o.layers["secnd"] = 0; }), {"'secnd'", "did you mean 'second'"}},
      {with([](PruneOptions& o) { o.layers["conv*"] = 0; }), {"'conv*' matches no layer"}},
      {with([](PruneOptions& o) { o.criterion = "magic"; }), {"'magic'", "l1, l2"}},
      {with([](PruneOptions& o) { o.criterion = "fpgm"; }), {"fpgm", "channels"}},
      {with([](PruneOptions& o) { o.structure = "row"; }), {"'row'", "element, channel"}},
      {with([](PruneOptions& o) { o.scope = "world"; }), {"'world'", "layer, global"}},
      {with([](PruneOptions& o) { o.align = 0; }), {"align is 0"}},
  };
  for (const Refusal& refusal : refusals) {
    const auto result = pruneText(model, refusal.options);
    ASSERT_FALSE(result.ok()) << refusal.says[0];
    EXPECT_EQ(result.error().code, ErrorCode::Invalid);
    for (const char* const words : refusal.says) EXPECT_NE(result.error().text().find(words), std::string::npos) << result.error().text();
  }
}

TEST(Criteria, GiveTheirFormula) {
  const std::vector<float> weights{3, -4, 0, 0, 6, 8};
  const std::vector<float> scales{-2, 0.5F, 1};
  const auto scores = [&](std::string_view name) {
    const auto it = std::find_if(criteria().begin(), criteria().end(), [&](const Criterion& each) { return each.name == name; });
    return it->scores({weights, 2, scales, 0});
  };
  EXPECT_EQ(scores("l1"), (std::vector<double>{7, 0, 14}));
  EXPECT_EQ(scores("l2"), (std::vector<double>{5, 0, 10}));
  EXPECT_EQ(scores("bn_scale"), (std::vector<double>{2, 0.5, 1}));
  EXPECT_EQ(scores("lamp"), (std::vector<double>{25.0 / 125, 0, 1}));
  const std::vector<double> distances = scores("fpgm");
  EXPECT_NEAR(distances[0], 5 + std::sqrt(9 + 144), 1e-5);
  EXPECT_NEAR(distances[1], 5 + 10, 1e-5);
}

}  // namespace
}  // namespace ew::transform
