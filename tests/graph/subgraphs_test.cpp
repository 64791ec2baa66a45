// SPDX-License-Identifier: Apache-2.0
#include "core/graph/subgraphs.h"

#include <gtest/gtest.h>

#include "core/graph/inline.h"
#include "tests/support/graph_text.h"

namespace ew {
namespace {

SubgraphPtr subgraph(const std::string& text, std::size_t captures) {
  auto out = std::make_shared<Subgraph>();
  out->graph = test::graphFromText(text);
  out->captures = captures;
  return out;
}

/// then_branch reads a; else_branch reads b and a.
GraphEdit branches() {
  const Graph graph = test::graphFromText("input c:bool[]\ninput x:f32[2]\nRelu(x) -> a\nAbs(x) -> b\nIf(c) -> y\noutput y");
  GraphEdit edit(graph);
  Node& node = edit.mutableNode(graph.nodeNamed("If_y")->id);
  node.attributes.set("then_branch", subgraph("input p:f32[2]\nNeg(p) -> q\noutput q", 1));
  node.attributes.set("else_branch", subgraph("input p:f32[2]\ninput r:f32[2]\nAdd(p, r) -> q\noutput q", 2));
  node.captures = {graph.valueNamed("b"), graph.valueNamed("a"), graph.valueNamed("a")};
  return edit;
}

TEST(Subgraphs, CapturesBelongToTheAttributesInOrderOfName) {
  const Graph graph = *branches().apply();
  const Node& node = *graph.nodeNamed("If_y");
  const std::vector<SubgraphUse> uses = subgraphsOf(node);
  ASSERT_EQ(uses.size(), 2U);
  EXPECT_EQ(uses[0].attribute, "else_branch");
  ASSERT_EQ(uses[0].captures.size(), 2U);
  EXPECT_EQ(graph.value(uses[0].captures[0]).name, "b");
  EXPECT_EQ(uses[1].captures.size(), 1U);
  EXPECT_TRUE(capturesByName(node).empty());
  EXPECT_EQ(countNodes(graph), 5U);
}

TEST(Subgraphs, WhatOnlyASubgraphReadsStaysAlive) {
  GraphEdit edit = branches();
  EXPECT_TRUE(edit.removeDead().empty());
  EXPECT_EQ(std::move(edit).apply()->nodes().size(), 3U);
}

TEST(Subgraphs, MissingCapturesAreFound) {
  GraphEdit edit = branches();
  for (const Node& node : edit.graph().nodes())
    if (node.opType == "If") edit.mutableNode(node.id).captures.pop_back();
  const Result<Graph> graph = std::move(edit).apply();
  ASSERT_FALSE(graph.ok());
  EXPECT_NE(graph.error().text().find("If_y"), std::string::npos) << graph.error().text();
}

TEST(Inline, ABodyTakesThePlaceOfItsCall) {
  const Graph graph = test::graphFromText("input x:f32[2]\nopset own 1\nown.F(x, _, x) -> y, z\nNeg(y) -> r\noutput r\noutput z");
  const Graph body = test::graphFromText("input a:f32[2]\ninput b:f32[2]\nAdd(a, b) -> s\nSub(s, b) -> t\noutput t\noutput b");
  GraphEdit edit(graph);
  const NodeId call = graph.nodes()[0].id;
  inlineBody(edit, call, body);
  edit.removeNode(call);
  const Graph inlined = *std::move(edit).apply();
  std::vector<std::string> operators;
  for (const Node& node : inlined.nodes()) operators.push_back(node.opType);
  std::sort(operators.begin(), operators.end());
  EXPECT_EQ(operators, (std::vector<std::string>{"Add", "Identity", "Neg", "Sub"}));  // z is an input given out
  EXPECT_EQ(inlined.value(inlined.outputs()[1]).name, "z");
  const Node& sub = *inlined.node(inlined.producer(inlined.valueNamed("y")));
  EXPECT_EQ(sub.opType, "Sub");
  EXPECT_EQ(sub.origin, std::vector<NodeId>{call});
}

}  // namespace
}  // namespace ew
