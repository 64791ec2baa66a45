// SPDX-License-Identifier: Apache-2.0
// What folding does at nodes with graphs inside, and what it leaves alone there.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "core/graph/graph_edit.h"
#include "core/transform/fold/fold.h"
#include "tests/support/graph_text.h"
#include "tests/transform/fold_outcome.h"
#include "tests/transform/run_graph.h"

namespace ew::transform {
namespace {

/// The graph of `text`, whose If has the two branches; each reads the values `captures` of the graph as its inputs.
Graph withBranches(const std::string& text, const std::string& thenBranch, const std::string& elseBranch, const std::vector<std::string>& captures) {
  GraphEdit edit(test::graphFromText(text));
  const auto it = std::find_if(edit.graph().nodes().begin(), edit.graph().nodes().end(), [](const Node& node) { return node.opType == "If"; });
  Node& node = edit.mutableNode(it->id);
  for (const auto& [name, branch] : {std::pair{"then_branch", thenBranch}, std::pair{"else_branch", elseBranch}}) {
    Subgraph subgraph{test::graphFromText("opset 13\n" + branch), captures.size()};
    node.attributes.set(name, std::make_shared<const Subgraph>(std::move(subgraph)));
    for (const std::string& each : captures) node.captures.push_back(edit.graph().valueNamed(each));  // else_branch, then_branch
  }
  return *std::move(edit).apply();
}

using Outcome = test::FoldOutcome;

Outcome foldOf(const Graph& before) { return test::foldKeeping(before, 1e-6); }

const char* const known = R"(
  opset 13
  input x:f32[2,3]
  two:i64[1] = {2}
  first:i64[1] = {0}
  Shape(x) -> s
  Gather(s, first) -> n
  Equal(n, two) -> c
  Relu(x) -> r
  If(c) -> y
  output y
)";

TEST(FoldBranches, AnIfWhoseConditionIsKnownGivesWayToItsBranch) {
  const Graph graph = withBranches(known, "input r:f32[2,3]\n w:f32[3] = {1,2,3}\n Mul(r, w) -> m\n Exp(m) -> e\n output e", "input r:f32[2,3]\n Neg(r) -> e\n output e", {"r"});
  const Outcome out = foldOf(graph);
  EXPECT_EQ(out.operators, (std::vector<std::string>{"Relu", "Mul", "Exp"}));
  EXPECT_EQ(out.graph.value(out.graph.outputs()[0]).name, "y");
  EXPECT_EQ(test::verdictOf(out.verdicts, "If_y").reason, "always takes its then branch");
}

TEST(FoldBranches, ABranchMayPassOnWhatItReads) {
  const Graph graph = withBranches(known, "input r:f32[2,3]\n output r", "input r:f32[2,3]\n Neg(r) -> e\n output e", {"r"});
  EXPECT_EQ(foldOf(graph).operators, std::vector<std::string>{"Relu"});
}

TEST(FoldBranches, NamesInsideABranchMayBeTakenOutside) {
  const Graph graph = withBranches(known, "input r:f32[2,3]\n x:f32[3] = {1,2,3}\n Mul(r, x) -> s\n Exp(s) -> n\n output n", "input r:f32[2,3]\n Neg(r) -> e\n output e", {"r"});
  EXPECT_EQ(foldOf(graph).operators, (std::vector<std::string>{"Relu", "Mul", "Exp"}));
}

const char* const unknown = R"(
  opset 13
  input x:f32[2,3]
  zero:f32[] = {0}
  perm:i64[2] = {1,0}
  ReduceMax(x){keepdims=0} -> m
  Greater(m, zero) -> c
  Identity(x) -> i
  Relu(i) -> r
  Neg(r) -> n
  Neg(r) -> k
  If(c) -> y
  output y
)";

TEST(FoldBranches, CapturedValuesFollowTheirReplacements) {
  // i goes (Identity), and k is the same as n: the branches read what took their place.
  const Graph graph = withBranches(unknown, "input a:f32[2,3]\n input b:f32[2,3]\n input d:f32[2,3]\n Add(a, b) -> e\n Sub(e, d) -> f\n output f",
                                   "input a:f32[2,3]\n input b:f32[2,3]\n input d:f32[2,3]\n Mul(a, b) -> e\n Sub(e, d) -> f\n output f", {"i", "n", "k"});
  EXPECT_EQ(foldOf(graph).operators, (std::vector<std::string>{"ReduceMax", "Greater", "Relu", "Neg", "If"}));
}

TEST(FoldBranches, WhatABranchReadsIsNotFoldedAway) {
  // Without the capture of a the convolution would take the factor.
  const std::string text = "opset 13\n input x:f32[1,3,4,4]\n zero:f32[] = {0}\n W:f32[2,3,1,1] = random(1)\n s:f32[2,1,1] = random(2)\n ReduceMax(x){keepdims=0} -> m\n"
                           "Greater(m, zero) -> c\n Conv(x, W) -> a\n Mul(a, s) -> b\n If(c) -> d\n Add(b, d) -> y\n output y";
  const Graph graph = withBranches(text, "input a:f32[1,2,4,4]\n Neg(a) -> e\n output e", "input a:f32[1,2,4,4]\n Abs(a) -> e\n output e", {"a"});
  EXPECT_EQ(foldOf(graph).operators.size(), graph.nodes().size());
}

}  // namespace
}  // namespace ew::transform
