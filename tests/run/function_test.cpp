// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "core/onnx/functions.h"
#include "tests/run/model_builder.h"

namespace ew {
namespace {

using Numbers = std::vector<double>;

::onnx::FunctionProto& addFunction(::onnx::ModelProto& model, const std::string& name, const test::Names& inputs, const test::Names& outputs,
                                   std::int64_t opset) {
  ::onnx::FunctionProto& function = *model.add_functions();
  function.set_name(name);
  function.set_domain("own");
  for (const std::string& input : inputs) function.add_input(input);
  for (const std::string& output : outputs) function.add_output(output);
  function.add_opset_import()->set_version(opset);
  ::onnx::OperatorSetIdProto& own = *function.add_opset_import();
  own.set_domain("own");
  own.set_version(1);
  return function;
}

::onnx::NodeProto& addCall(::onnx::GraphProto& graph, const std::string& name, const test::Names& inputs, const test::Names& outputs) {
  ::onnx::NodeProto& call = test::addNode(graph, name, inputs, outputs);
  call.set_domain("own");
  return call;
}

/// LeakyRelu(x) + bias, the slope an attribute of the function with the default 0.5.
::onnx::ModelProto leaky(std::int64_t functionOpset) {
  ::onnx::ModelProto model = test::newModel({"x"}, {"y"});
  ::onnx::OperatorSetIdProto& own = *model.add_opset_import();
  own.set_domain("own");
  own.set_version(1);
  ::onnx::FunctionProto& function = addFunction(model, "Leaky", {"a", "bias"}, {"c"}, functionOpset);
  ::onnx::AttributeProto slope;
  slope.set_name("slope");
  slope.set_type(::onnx::AttributeProto::FLOAT);
  slope.set_f(0.5F);
  // Field 11 came after the protobuf classes that these tests are built with.
  function.mutable_unknown_fields()->AddLengthDelimited(11, slope.SerializeAsString());
  ::onnx::AttributeProto& alpha = test::addAttribute(test::addNode(*function.mutable_node(), "LeakyRelu", {"a"}, {"b"}), "alpha",
                                                     ::onnx::AttributeProto::FLOAT);
  alpha.set_ref_attr_name("slope");
  test::addNode(*function.mutable_node(), "Sum", {"b", "bias"}, {"c"});
  return model;
}

TEST(LocalFunction, AttributesComeFromTheCallOrAreTheDefault) {
  ::onnx::ModelProto model = leaky(17);
  ::onnx::GraphProto& graph = *model.mutable_graph();
  test::addConstant(graph, "bias", {1}, true);
  addCall(graph, "Leaky", {"x", "bias"}, {"m"});
  test::addAttribute(addCall(graph, "Leaky", {"m", "bias"}, {"y"}), "slope", ::onnx::AttributeProto::FLOAT).set_f(2);
  const auto result = test::runModel(model, {Tensor::vector<float>({4, -8})});
  ASSERT_TRUE(result.ok()) << result.error().text();
  EXPECT_EQ(test::numbers(result->at(0)), (Numbers{6, -5}));  // -8 * 0.5 + 1 = -3, -3 * 2 + 1 = -5
}

TEST(LocalFunction, ExpandedNodesNameTheirCallAndKeepItAsOrigin) {
  ::onnx::ModelProto model = leaky(17);
  test::addConstant(*model.mutable_graph(), "bias", {1}, true);
  addCall(*model.mutable_graph(), "Leaky", {"x", "bias"}, {"y"}).set_name("call");
  const Graph graph = test::graphOf(model);
  const auto expanded = onnx::expandFunctions(graph, onnx::OtherVersions::Run);
  ASSERT_TRUE(expanded.ok()) << expanded.error().text();
  ASSERT_EQ(expanded->nodes().size(), 2U);
  for (const Node& node : expanded->nodes()) {
    EXPECT_TRUE(node.name.starts_with("call/")) << node.name;
    EXPECT_EQ(node.origin, std::vector<NodeId>{graph.nodes()[0].id});
  }
  EXPECT_EQ(expanded->value(expanded->outputs()[0]).name, "y");
  EXPECT_EQ(graph.nodes().size(), 1U);
}

/// Clip takes its bounds as attributes before version 11, so the function's own version must count.
TEST(LocalFunction, AFunctionOfAnotherOperatorSetVersionKeepsIt) {
  ::onnx::ModelProto model = leaky(6);
  ::onnx::FunctionProto& function = *model.mutable_functions(0);
  ::onnx::NodeProto& clip = test::addNode(*function.mutable_node(), "Clip", {"c"}, {"d"});
  test::addAttribute(clip, "max", ::onnx::AttributeProto::FLOAT).set_f(3);
  function.set_output(0, "d");
  test::addConstant(*model.mutable_graph(), "bias", {1}, true);
  addCall(*model.mutable_graph(), "Leaky", {"x", "bias"}, {"y"});
  function.mutable_node(1)->set_op_type("Add");
  function.mutable_opset_import(0)->set_version(7);
  const auto result = test::runModel(model, {Tensor::vector<float>({4, -8})});
  ASSERT_TRUE(result.ok()) << result.error().text();
  EXPECT_EQ(test::numbers(result->at(0)), (Numbers{3, -3}));
  const Graph graph = test::graphOf(model);
  EXPECT_EQ(onnx::expandFunctions(graph, onnx::OtherVersions::Leave)->nodes()[0].opType, "Leaky");
}

TEST(LocalFunction, CallsAreNestedAndStandInSubgraphs) {
  ::onnx::ModelProto model = leaky(17);
  ::onnx::FunctionProto& atLeast = addFunction(model, "AtLeast", {"a", "least"}, {"c"}, 17);
  test::addNode(*atLeast.mutable_node(), "Neg", {"a"}, {"b"});
  test::addNode(*atLeast.mutable_node(), "Clip", {"b", "least"}, {"c"});
  ::onnx::FunctionProto& twice = addFunction(model, "Twice", {"a", "least"}, {"c"}, 17);
  test::addNode(*twice.mutable_node(), "AtLeast", {"a"}, {"b"}).set_domain("own");  // without the bound
  test::addNode(*twice.mutable_node(), "AtLeast", {"b", "least"}, {"c"}).set_domain("own");
  ::onnx::GraphProto& graph = *model.mutable_graph();
  test::addConstant(graph, "zero", {0}, true);
  test::addNode(graph, "ReduceMax", {"x"}, {"most"});
  test::setInt(*graph.mutable_node(0), "keepdims", 0);
  test::addNode(graph, "Less", {"most", "zero"}, {"cond"});
  ::onnx::NodeProto& node = test::addNode(graph, "If", {"cond"}, {"y"});
  test::addConstant(graph, "bound", {-5}, true);
  addCall(test::addGraph(node, "then_branch", {}, {"p"}), "Twice", {"x", "bound"}, {"p"});
  test::addNode(test::addGraph(node, "else_branch", {}, {"q"}), "Identity", {"x"}, {"q"});
  const auto result = test::runModel(model, {Tensor::vector<float>({-4, -8})});
  ASSERT_TRUE(result.ok()) << result.error().text();
  EXPECT_EQ(test::numbers(result->at(0)), (Numbers{-4, -5}));
}

TEST(LocalFunction, AFunctionMayGiveOutWhatItTakes) {
  ::onnx::ModelProto model = leaky(17);
  addFunction(model, "Same", {"a"}, {"a"}, 17);
  addCall(*model.mutable_graph(), "Same", {"x"}, {"y"});
  const auto result = test::runModel(model, {Tensor::vector<float>({4, -8})});
  ASSERT_TRUE(result.ok()) << result.error().text();
  EXPECT_EQ(test::numbers(result->at(0)), (Numbers{4, -8}));
}

/// f0 calls f1 twice, f1 calls f2 twice, ...: 2^40 nodes.
TEST(LocalFunction, ExpansionHasABudget) {
  ::onnx::ModelProto model = leaky(17);
  for (int i = 0; i < 40; ++i) {
    ::onnx::FunctionProto& function = addFunction(model, "f" + std::to_string(i), {"a"}, {"c"}, 17);
    const std::string callee = i < 39 ? "f" + std::to_string(i + 1) : "Same";
    for (const auto& [from, to] : {std::pair{"a", "b"}, std::pair{"b", "c"}})
      test::addNode(*function.mutable_node(), callee, {from}, {to}).set_domain("own");
  }
  addFunction(model, "Same", {"a"}, {"a"}, 17);
  addCall(*model.mutable_graph(), "f0", {"x"}, {"y"});
  onnx::Limits limits;
  limits.expandedNodes = 5000;
  const auto expanded = onnx::expandFunctions(test::graphOf(model), onnx::OtherVersions::Run, limits);
  ASSERT_FALSE(expanded.ok());
  EXPECT_EQ(expanded.error().code, ErrorCode::Limit);
  EXPECT_NE(expanded.error().text().find("5000"), std::string::npos) << expanded.error().text();
}

TEST(LocalFunction, ACallWithTooManyInputsIsInvalid) {
  ::onnx::ModelProto model = leaky(17);
  addCall(*model.mutable_graph(), "Leaky", {"x", "x", "x"}, {"y"});
  const auto expanded = onnx::expandFunctions(test::graphOf(model), onnx::OtherVersions::Run);
  ASSERT_FALSE(expanded.ok());
  EXPECT_EQ(expanded.error().code, ErrorCode::Invalid);
  EXPECT_NE(expanded.error().text().find("'Leaky'"), std::string::npos) << expanded.error().text();
}

}  // namespace
}  // namespace ew
