// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "core/ops/infer.h"
#include "core/run/plan.h"
#include "tests/support/graph_text.h"

namespace ew {
namespace {

struct Lowered {
  std::string operators;
  std::vector<Decision> decisions;
  Graph from;

  std::string nameOf(const Decision& decision) const { return from.node(decision.node)->name; }
};

Lowered lowered(const std::string& text) {
  Result<ops::Inference> inference = ops::inferShapes(test::graphFromText("opset 17\n s:f32[] = {0.05}\n z:u8[] = {128}\n" + text));
  EXPECT_TRUE(inference.ok()) << (inference.ok() ? "" : inference.error().text());
  Lowered out{{}, {}, inference->graph};
  const Result<Graph> graph = lowerQuantized(out.from, {}, &out.decisions);
  EXPECT_TRUE(graph.ok()) << (graph.ok() ? "" : graph.error().text());
  for (const Node& node : graph->nodes()) out.operators += (out.operators.empty() ? "" : " ") + node.opType;
  return out;
}

std::string productOf(const std::string& a, const std::string& b) {
  return "input a:u8" + a + "\n input b:u8" + b +
         "\n DequantizeLinear(a, s, z) -> x\n DequantizeLinear(b, s, z) -> w\n MatMul(x, w) -> p\n QuantizeLinear(p, s, z) -> y\n output y";
}

TEST(Decide, AProductOfTwoActivationsIsKeptFloatWithBothCosts) {
  const Lowered result = lowered(productOf("[4,20,30]", "[4,30,20]"));
  EXPECT_EQ(result.operators, "DequantizeLinear DequantizeLinear MatMul QuantizeLinear");
  ASSERT_EQ(result.decisions.size(), 1U);
  EXPECT_EQ(result.nameOf(result.decisions[0]), "MatMul_p");
  EXPECT_EQ(result.decisions[0].text, "kept float: conversion costs more than it saves");
  // 48,000 products at 1 a nanosecond; 4,800 floats made, 1,600 quantized, and four steps.
  EXPECT_NEAR(result.decisions[0].integerMicroseconds, 0.2 + 48, 1e-9);
  EXPECT_NEAR(result.decisions[0].floatMicroseconds, 0.8 + 0.64 + 0.8, 1e-9);
}

TEST(Decide, ProductsThatAreSmallOrHaveWeightsRunOnIntegers) {
  EXPECT_EQ(lowered(productOf("[1,4]", "[4,2]")).operators, "QLinearMatMul");
  const Lowered result = lowered("input a:u8[20,30]\n W:i8[30,40] = random(1)\n wz:i8[] = {0}\n DequantizeLinear(a, s, z) -> x\n DequantizeLinear(W, s, wz) -> w\n"
                                 "MatMul(x, w) -> p\n QuantizeLinear(p, s, z) -> y\n output y");
  EXPECT_EQ(result.operators, "QLinearMatMul");
  EXPECT_TRUE(result.decisions.empty());
}

TEST(Decide, WithoutShapesNothingIsKept) { EXPECT_EQ(lowered(productOf("[N,20,30]", "[N,30,20]")).operators, "QLinearMatMul"); }

TEST(Decide, FloatLayersThatReadQuantizedValuesSayWhy) {
  const std::string head = "input a:u8[1,4]\n input f:f32[1,4]\n DequantizeLinear(a, s, z) -> x\n";
  const auto text = [&](const std::string& rest) {
    const Lowered result = lowered(head + rest);
    return result.decisions.empty() ? std::string("nothing") : result.decisions[0].text;
  };
  EXPECT_EQ(text("Softmax(x) -> p\n QuantizeLinear(p, s, z) -> y\n output y"), "float: it has no integer form");
  EXPECT_EQ(text("Add(x, f) -> p\n QuantizeLinear(p, s, z) -> y\n output y"), "float: an operand is not quantized");
  EXPECT_EQ(text("Relu(x) -> y\n output y\n QuantizeLinear(f, s, z) -> q\n output q"), "float: its result is not quantized, or others read it as floats");
  EXPECT_EQ(text("Relu(x) -> p\n QuantizeLinear(p, s, z) -> y\n output y"), "nothing");
}

}  // namespace
}  // namespace ew
