// SPDX-License-Identifier: Apache-2.0
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include "core/onnx/onnx_file.h"
#include "core/onnx/proto.h"

namespace ew {
namespace {

onnx::Imported imported(const std::string& text) {
  ::onnx::ModelProto model;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &model));
  Result<onnx::Imported> result = onnx::importBytes(model.SerializeAsString(), ".");
  EXPECT_TRUE(result.ok()) << result.error().text();
  return result.ok() ? std::move(result).value() : onnx::Imported();
}

TEST(Import, InitializersAmongTheInputsAreNoInputs) {
  const Graph graph = imported(R"(ir_version: 3 opset_import { version: 8 }
    graph { name: "g" input { name: "x" } input { name: "w" } initializer { name: "w" data_type: 1 dims: 1 float_data: 2 }
            node { op_type: "Mul" input: "x" input: "w" output: "y" } output { name: "y" } })")
                          .graph;
  ASSERT_EQ(graph.inputs().size(), 1U);
  EXPECT_EQ(graph.value(graph.inputs()[0]).name, "x");
  ASSERT_EQ(graph.initializerInputs().size(), 1U);
  EXPECT_EQ(graph.initializer(graph.initializerInputs()[0])->data<float>()[0], 2);
}

TEST(Import, SubgraphsNameWhatTheyReadFromOutside) {
  const Graph graph = imported(R"(ir_version: 8 opset_import { version: 17 }
    graph { name: "g" input { name: "c" } input { name: "a" } input { name: "b" }
      node { name: "if" op_type: "If" input: "c" output: "y"
        attribute { name: "then_branch" type: GRAPH g {
          node { op_type: "Relu" input: "a" output: "p" }
          node { op_type: "Loop" input: "p" output: "q" attribute { name: "body" type: GRAPH g {
            input { name: "i" } node { op_type: "Add" input: "i" input: "b" output: "r" } node { op_type: "Abs" input: "p" output: "s" }
            output { name: "r" } } } }
          output { name: "q" } } }
        attribute { name: "else_branch" type: GRAPH g { output { name: "a" } } } }
      output { name: "y" } })")
                          .graph;
  std::vector<std::string> names;
  for (const ValueId id : graph.nodes()[0].captures) names.push_back(graph.value(id).name);
  EXPECT_EQ(names, (std::vector<std::string>{"a", "a", "b"}));  // else_branch before then_branch
  EXPECT_EQ(graph.consumers(graph.valueNamed("b")).size(), 1U);
  const Subgraph& then = **graph.nodes()[0].attributes.find<SubgraphPtr>("then_branch");
  EXPECT_EQ(then.formalInputs(), 0U);
  EXPECT_EQ(then.captures, 2U);
  const Node& loop = then.graph.nodes()[1];
  const Subgraph& body = **loop.attributes.find<SubgraphPtr>("body");
  EXPECT_EQ(body.formalInputs(), 1U);
  ASSERT_EQ(loop.captures.size(), 2U);
  EXPECT_EQ(then.graph.value(loop.captures[0]).name, "b");
  EXPECT_EQ(then.graph.value(loop.captures[1]).name, "p");
}

TEST(Import, AttributesKeepTheirTypes) {
  const Graph graph = imported(R"(ir_version: 8 opset_import { version: 17 } graph { name: "g" input { name: "x" }
    node { op_type: "Own" domain: "d" input: "x" output: "y"
      attribute { name: "f" type: FLOAT f: 0.5 } attribute { name: "i" type: INT i: -3 } attribute { name: "s" type: STRING s: "text" }
      attribute { name: "fs" type: FLOATS floats: 1 floats: 2 } attribute { name: "is" type: INTS } attribute { name: "untyped" ints: 4 }
      attribute { name: "ss" type: STRINGS strings: "p" } attribute { name: "t" type: TENSOR t { data_type: 7 int64_data: 9 } }
      attribute { name: "p" type: TYPE_PROTO tp { tensor_type { elem_type: 1 } } } }
    output { name: "y" } } opset_import { domain: "d" version: 1 })")
                          .graph;
  const Attributes& attributes = graph.nodes()[0].attributes;
  EXPECT_EQ(attributes.getFloat("f", 0), 0.5F);
  EXPECT_EQ(attributes.getInt("i", 0), -3);
  EXPECT_EQ(attributes.getString("s", ""), "text");
  EXPECT_EQ(attributes.getFloats("fs"), (std::vector<float>{1, 2}));
  EXPECT_NE(attributes.find<std::vector<std::int64_t>>("is"), nullptr);
  EXPECT_EQ(attributes.getInts("untyped"), std::vector<std::int64_t>{4});
  EXPECT_EQ(attributes.getStrings("ss"), std::vector<std::string>{"p"});
  EXPECT_EQ(attributes.getTensor("t")->data<std::int64_t>()[0], 9);
  EXPECT_NE(attributes.find<OpaqueAttribute>("p"), nullptr);
}

TEST(Import, ShapesHaveNumbersSymbolsAndUnknowns) {
  const Graph graph = imported(R"(ir_version: 8 opset_import { version: 17 } graph { name: "g"
    input { name: "x" type { tensor_type { elem_type: 1 shape { dim { dim_value: 2 } dim { dim_param: "N" } dim { } } } } }
    input { name: "scalar" type { tensor_type { elem_type: 7 shape { } } } }
    input { name: "unranked" type { tensor_type { elem_type: 3 } } }
    input { name: "list" type { sequence_type { elem_type { tensor_type { elem_type: 1 } } } } }
    node { op_type: "Own" input: "x" input: "scalar" input: "unranked" input: "list" output: "y" } output { name: "y" } })")
                          .graph;
  EXPECT_EQ(graph.value(graph.valueNamed("x")).shape->text(), "2 x N x ?");
  EXPECT_EQ(graph.value(graph.valueNamed("scalar")).shape->rank(), 0U);
  EXPECT_FALSE(graph.value(graph.valueNamed("unranked")).shape.has_value());
  EXPECT_EQ(graph.value(graph.valueNamed("unranked")).dtype, DType::i8);
  EXPECT_FALSE(graph.value(graph.valueNamed("list")).opaqueType.empty());
}

TEST(Import, TheLongNameOfTheDefaultDomainMeansTheSame) {
  const Graph graph =
      imported(R"(ir_version: 8 opset_import { domain: "ai.onnx" version: 13 } graph { name: "g" input { name: "x" }
    node { op_type: "Relu" domain: "ai.onnx" input: "x" output: "y" } output { name: "y" } })")
          .graph;
  EXPECT_EQ(graph.opset(), 13);
  EXPECT_EQ(graph.nodes()[0].domain, "");
}

TEST(Import, IrVersionsOneAndTwoMeanOperatorSetOne) {
  const Graph graph = imported(R"(ir_version: 2 graph { name: "g" input { name: "x" }
    node { op_type: "Relu" input: "x" output: "y" } output { name: "y" } })")
                          .graph;
  EXPECT_EQ(graph.opset(), 1);
}

}  // namespace
}  // namespace ew
