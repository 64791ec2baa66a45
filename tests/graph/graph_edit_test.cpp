// SPDX-License-Identifier: Apache-2.0
#include "core/graph/graph_edit.h"

#include <gtest/gtest.h>

#include "tests/support/graph_text.h"

namespace ew {
namespace {

const char* const chain = R"(
  input x:f32[1,4]
  Relu(x) -> a
  Relu(a) -> b
  Relu(b) -> y
  output y
)";

TEST(GraphEdit, TheOriginalGraphStaysAsItWas) {
  const Graph graph = test::graphFromText(chain);
  GraphEdit edit(graph);
  edit.replaceUses(graph.valueNamed("b"), graph.valueNamed("a"));
  EXPECT_EQ(edit.removeDead(), std::vector<std::string>{"Relu_b"});
  const Graph edited = *std::move(edit).apply();
  EXPECT_EQ(edited.nodes().size(), 2U);
  EXPECT_EQ(graph.nodes().size(), 3U);
  EXPECT_EQ(edited.valueNamed("b"), kNone);
}

TEST(GraphEdit, AnOutputKeepsItsNameWhenItsProducerGoes) {
  const Graph graph = test::graphFromText(chain);
  GraphEdit edit(graph);
  edit.replaceUses(graph.valueNamed("y"), graph.valueNamed("b"));
  (void)edit.removeDead();
  const Graph edited = *std::move(edit).apply();
  EXPECT_EQ(edited.value(edited.outputs()[0]).name, "y");
  EXPECT_EQ(edited.nodes().back().name, "Relu_b");
}

TEST(GraphEdit, NodesAreSortedAndCyclesAreNamed) {
  GraphEdit edit(test::graphFromText(chain));
  const Node last = *edit.graph().nodeNamed("Relu_y");
  edit.removeNode(last.id);
  edit.refresh();
  edit.mutableNode(edit.graph().nodeNamed("Relu_a")->id).inputs = {edit.graph().valueNamed("b")};
  edit.setOutputs({edit.graph().valueNamed("b")});
  const Result<Graph> result = std::move(edit).apply();
  ASSERT_FALSE(result.ok());
  EXPECT_NE(result.error().text().find("cycle"), std::string::npos);
  EXPECT_NE(result.error().text().find("Relu_a"), std::string::npos);
}

TEST(GraphEdit, NewNodesKnowWhereTheyCameFrom) {
  const Graph graph = test::graphFromText(chain);
  for (const Node& node : graph.nodes()) EXPECT_EQ(node.origin, std::vector<NodeId>{node.id});
}

TEST(Graph, ConsumersAndProducersFollowTheNodes) {
  const Graph graph = test::graphFromText(chain);
  const ValueId a = graph.valueNamed("a");
  EXPECT_EQ(graph.node(graph.producer(a))->name, "Relu_a");
  EXPECT_EQ(graph.consumers(a).size(), 1U);
  EXPECT_EQ(graph.producer(graph.inputs()[0]), kNone);
}

}  // namespace
}  // namespace ew
