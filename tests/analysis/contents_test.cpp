// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/contents.h"

#include <gtest/gtest.h>

#include "core/graph/graph_edit.h"
#include "core/ops/infer.h"
#include "tests/support/graph_text.h"

namespace ew::analysis {
namespace {

Contents contentsOfText(const std::string& text) {
  const auto inference = ops::inferShapes(test::graphFromText(text));
  EXPECT_TRUE(inference.ok()) << inference.error().text();
  return contentsOf(inference->graph);
}

TEST(Contents, DynamicDimensionsAreListedWithTheirPlaces) {
  const Contents contents = contentsOfText("input x:f32[N,3,H,8]\ninput m:f32[N]\nMaxPool(x){kernel_shape=[2,2], strides=[2,2]} -> y\nRelu(m) -> k\noutput y\noutput k\n");
  ASSERT_EQ(contents.dynamic.size(), 2U);
  EXPECT_EQ(contents.dynamic[0].symbol, "H");
  EXPECT_EQ(contents.dynamic[0].inputs, (std::vector<std::string>{"x:2"}));
  EXPECT_EQ(contents.dynamic[0].outputs, (std::vector<std::string>{"y:2"})) << "floor(H/2) depends on H";
  EXPECT_EQ(contents.dynamic[1].symbol, "N");
  EXPECT_EQ(contents.dynamic[1].inputs, (std::vector<std::string>{"x:0", "m:0"}));
  EXPECT_EQ(contents.dynamic[1].values, 4);
  EXPECT_EQ(contents.unknownValues, 0);
}

TEST(Contents, ConstantsAreCountedByType) {
  const Contents contents = contentsOfText("input x:f32[2,3]\na:f32[2,3] = ones\nb:f32[3] = ones\ns:i64[2] = {3,2}\nAdd(x, a) -> c\nAdd(c, b) -> d\nReshape(d, s) -> y\noutput y\n");
  EXPECT_EQ(contents.initializers.count, 3);
  EXPECT_EQ(contents.initializers.bytes, 24 + 12 + 16);
  EXPECT_EQ(contents.initializers.byType.at("float32").count, 2);
  EXPECT_EQ(contents.initializers.byType.at("int64").bytes, 16);
  EXPECT_EQ(contents.operators, (std::map<std::string, std::int64_t>{{"Add", 2}, {"Reshape", 1}}));
}

TEST(Contents, OperatorsOfInnerGraphsAreCountedWithTheirPlace) {
  const Graph outer = test::graphFromText("input c:bool[]\nchoose: If(c) -> y\noutput y\n");
  auto branch = std::make_shared<Subgraph>();
  branch->graph = test::graphFromText("a:f32[1] = ones\nRelu(a) -> b\nRelu(b) -> r\noutput r\n");
  GraphEdit edit(outer);
  for (const char* name : {"then_branch", "else_branch"}) edit.mutableNode(outer.nodes()[0].id).attributes.set(name, SubgraphPtr(branch));
  const Contents contents = contentsOf(edit.graph());
  ASSERT_EQ(contents.graphs.size(), 3U);
  EXPECT_EQ(contents.graphs[0].place, "");
  EXPECT_EQ(contents.graphs[1].place, "node 'choose', else_branch");
  EXPECT_EQ(contents.graphs[1].operators.at("Relu"), 2);
  EXPECT_EQ(contents.operators.at("Relu"), 4);
  EXPECT_EQ(contents.initializers.count, 2);
}

}  // namespace
}  // namespace ew::analysis
