// SPDX-License-Identifier: Apache-2.0
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include "core/graph/graph_edit.h"
#include "core/graph/subgraphs.h"
#include "core/onnx/onnx_file.h"
#include "core/onnx/proto.h"

namespace ew {
namespace {

std::string bytesOf(const std::string& text) {
  ::onnx::ModelProto model;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &model));
  return model.SerializeAsString();
}

Graph imported(const std::string& text) {
  Result<onnx::Imported> result = onnx::importBytes(bytesOf(text), ".");
  EXPECT_TRUE(result.ok()) << result.error().text();
  return result.ok() ? std::move(result->graph) : Graph();
}

::onnx::GraphProto exported(const Graph& graph) {
  const Result<std::string> bytes = onnx::exportBytes(graph);
  ::onnx::ModelProto model;
  EXPECT_TRUE(bytes.ok() && model.ParseFromString(*bytes));
  return model.graph();
}

/// then_branch reads a by an inner Loop alone; else_branch reads b and calls something inside "c2".
const char* const nested = R"(ir_version: 8 opset_import { version: 17 }
  graph { name: "g" input { name: "c" } input { name: "x" }
    node { op_type: "Abs" input: "x" output: "a" } node { op_type: "Neg" input: "a" output: "b" }
    node { name: "if" op_type: "If" input: "c" output: "y"
      attribute { name: "then_branch" type: GRAPH g { name: "then"
        node { op_type: "Loop" output: "q" attribute { name: "body" type: GRAPH g { name: "body"
          input { name: "i" } input { name: "k" }
          node { op_type: "Exp" input: "a" output: "r" } output { name: "k" } output { name: "r" } } } }
        output { name: "q" } } }
      attribute { name: "else_branch" type: GRAPH g { name: "else"
        node { op_type: "Exp" input: "b" output: "c2" } node { op_type: "Log" input: "c2" output: "e" }
        output { name: "e" } } } }
    output { name: "y" } })";

TEST(Subgraph, ACapturedValueIsWrittenUnderItsNewName) {
  const Graph graph = imported(nested);
  GraphEdit edit(graph);
  edit.mutableValue(graph.valueNamed("a")).name = "renamed";
  const ::onnx::GraphProto proto = exported(*std::move(edit).apply());
  const ::onnx::AttributeProto& then = proto.node(2).attribute(1);
  EXPECT_EQ(then.name(), "then_branch");
  EXPECT_EQ(then.g().node(0).attribute(0).g().node(0).input(0), "renamed");
  EXPECT_EQ(then.g().input_size(), 0);
  EXPECT_EQ(then.g().node(0).attribute(0).g().input_size(), 2);
}

TEST(Subgraph, AnInnerNameThatBecomesTheOneOfACapturedValueIsChanged) {
  const Graph graph = imported(nested);
  GraphEdit edit(graph);
  edit.mutableValue(graph.valueNamed("b")).name = "c2";
  const ::onnx::GraphProto proto = exported(*std::move(edit).apply());
  const ::onnx::GraphProto& otherwise = proto.node(2).attribute(0).g();
  EXPECT_EQ(otherwise.node(0).input(0), "c2");
  EXPECT_EQ(otherwise.node(0).output(0), "c2_1");
  EXPECT_EQ(otherwise.node(1).input(0), "c2_1");
}

TEST(Subgraph, CapturedValuesAreReplacedLikeInputs) {
  const Graph graph = imported(nested);
  GraphEdit edit(graph);
  edit.replaceUses(graph.valueNamed("b"), graph.valueNamed("a"));
  EXPECT_EQ(edit.removeDead(), std::vector<std::string>{"Neg_of_b"});
  const Graph edited = *std::move(edit).apply();
  const Node& branch = *edited.nodeNamed("if");
  for (const SubgraphUse& use : subgraphsOf(branch))
    for (const ValueId id : use.captures) EXPECT_EQ(edited.value(id).name, "a") << use.attribute;
  EXPECT_EQ(exported(edited).node(1).attribute(0).g().node(0).input(0), "a");
}

TEST(Subgraph, GraphListsStayBytesAndKeepWhatTheyReadByName) {
  const Graph graph = imported(R"(ir_version: 8 opset_import { version: 17 } opset_import { domain: "d" version: 1 }
    graph { name: "g" input { name: "x" } node { op_type: "Abs" input: "x" output: "a" }
      node { op_type: "Own" domain: "d" output: "y" attribute { name: "parts" type: GRAPHS
        graphs { node { op_type: "Neg" input: "a" output: "b" } output { name: "b" } } } }
      output { name: "y" } })");
  const Node& node = graph.nodes()[1];
  EXPECT_FALSE(hasSubgraphs(node));
  ASSERT_EQ(capturesByName(node).size(), 1U);
  EXPECT_EQ(graph.value(capturesByName(node)[0]).name, "a");
  GraphEdit edit(graph);
  edit.replaceUses(graph.valueNamed("a"), graph.valueNamed("x"));
  EXPECT_TRUE(edit.removeDead().empty());
}

TEST(Subgraph, ANameThatNothingDefinesIsNamedWithItsPlace) {
  const Result<onnx::Imported> result = onnx::importBytes(bytesOf(R"(ir_version: 8 opset_import { version: 17 }
    graph { name: "g" input { name: "c" } node { name: "if" op_type: "If" input: "c" output: "y"
      attribute { name: "then_branch" type: GRAPH g { node { name: "n" op_type: "Abs" input: "nowhere" output: "z" } output { name: "z" } } } }
      output { name: "y" } })"), ".");
  ASSERT_FALSE(result.ok());
  const std::string text = result.error().text();
  for (const char* part : {"nowhere", "'if'", "'then_branch'", "'n'"}) EXPECT_NE(text.find(part), std::string::npos) << text;
}

}  // namespace
}  // namespace ew
