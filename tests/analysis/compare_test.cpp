// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "core/analysis/analysis.h"
#include "core/graph/graph_edit.h"
#include "tests/support/graph_text.h"

namespace ew::analysis {
namespace {

const char* const model = R"(
  input x:f32[1,3,4,4]
  W:f32[4,3,1,1] = random(1)
  V:f32[4,4,1,1] = random(2)
  first: Conv(x, W) -> a
  middle: Relu(a) -> b
  last: Conv(b, V) -> y
  output y
)";

std::string kinds(const std::vector<LayerDelta>& deltas) {
  std::string out;
  for (const LayerDelta& delta : deltas) out += (delta.before ? delta.before->name : delta.after->name) + ":" + delta.kind + " ";
  return out;
}

TEST(Compare, TheSameModelIsTheSame) {
  const Graph graph = test::graphFromText(model);
  EXPECT_EQ(kinds(compareGraphs(graph, graph)), "first:same middle:same last:same ");
}

TEST(Compare, ChangedWeightsAreAChange) {
  const Graph before = test::graphFromText(model);
  GraphEdit edit(before);
  edit.setInitializer(before.valueNamed("V"), test::randomTensor(DType::f32, {4, 4, 1, 1}, 9));
  EXPECT_EQ(kinds(compareGraphs(before, *std::move(edit).apply())), "first:same middle:same last:changed ");
}

TEST(Compare, ARenamedNodeIsFoundByItsOrigin) {
  const Graph before = test::graphFromText(model);
  GraphEdit edit(before);
  edit.mutableNode(before.nodeNamed("last")->id).name = "new name";
  EXPECT_EQ(kinds(compareGraphs(before, *std::move(edit).apply())), "first:same middle:same last:same ");
}

TEST(Compare, NodesComeAndGo) {
  const Graph before = test::graphFromText(model);
  GraphEdit edit(before);
  const ValueId a = before.valueNamed("a"), b = before.valueNamed("b");
  edit.replaceUses(b, a);
  (void)edit.removeDead();
  const Graph after = *std::move(edit).apply();
  EXPECT_EQ(kinds(compareGraphs(before, after)), "first:same middle:removed last:same ");
  EXPECT_EQ(kinds(compareGraphs(after, before)), "first:same middle:added last:same ");
}

TEST(Compare, FilesThatHaveNothingInCommonAreNotMatched) {
  const Graph other = test::graphFromText("input q:f32[1,3,4,4]\n W:f32[4,3,1,1] = random(1)\n only: Conv(q, W) -> r\n output r");
  EXPECT_EQ(kinds(compareGraphs(test::graphFromText(model), other)), "only:added first:removed middle:removed last:removed ");
}

}  // namespace
}  // namespace ew::analysis
