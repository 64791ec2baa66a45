// SPDX-License-Identifier: Apache-2.0
// Operators whose operands depend on one byte become one table. The truth is the same graph as it stands, run by the
// reference code of each operator: every byte must be the same.
#include <gtest/gtest.h>

#include "core/run/plan.h"
#include "tests/run/reference_run.h"
#include "tests/support/graph_text.h"

namespace ew {
namespace {

/// A QuantizeLinear makes the lowering look at all; x has every byte many times.
const std::string head = R"(
  opset 17
  opset com.microsoft 1
  opset edgewright 1
  input f:f32[1,3,40,40]
  s:f32[] = {0.02}
  z:u8[] = {117}
  sz:i8[] = {-3}
  ys:f32[] = {0.05}
  yz:u8[] = {128}
  T:u8[256] = random(3)
  S:i8[256] = random(4)
  U:u8[256] = random(5)
  QuantizeLinear(f, s, z) -> x
)";

void expectJoined(const std::string& rest, const std::string& operators, const CompileOptions& options = {}) {
  const Graph graph = test::inferred(head + rest);
  const auto lowered = lowerQuantized(graph, options);
  ASSERT_TRUE(lowered.ok()) << lowered.error().text();
  EXPECT_EQ(test::operatorsOf(*lowered), operators);
  const std::vector<Tensor> inputs{test::randomTensor(DType::f32, {1, 3, 40, 40}, 9)};
  const auto expected = test::runReference(graph, inputs), actual = test::runReference(*lowered, inputs);
  ASSERT_EQ(expected.size(), actual.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    ASSERT_EQ(expected[i].dims(), actual[i].dims());
    EXPECT_EQ(*toInts(expected[i]), *toInts(actual[i])) << "output " << i;
  }
}

TEST(ByteFunctions, AProductWithAFunctionOfTheSameByteIsOneTable) {
  for (const char* mode : {"float", "fixed"})
    expectJoined(std::string("edgewright.QLookup(x, T) -> t\n com.microsoft.QLinearMul(x, s, z, t, s, z, ys, yz){requantization=\"") + mode +
                     "\"} -> y\n output y",
                 "QuantizeLinear QLookup");
}

TEST(ByteFunctions, ASumOfTwoFunctionsThroughSignedBytesIsOneTable) {
  expectJoined(R"(
    edgewright.QLookup(x, S) -> a
    edgewright.QLookup(a, T) -> b
    edgewright.QLookup(x, U) -> c
    com.microsoft.QLinearAdd(b, s, z, c, ys, yz, ys, sz) -> y
    output y)",
               "QuantizeLinear QLookup");
}

TEST(ByteFunctions, ChainsOfTablesAreOneTable) {
  expectJoined("edgewright.QLookup(x, S) -> a\n edgewright.QLookup(a, T) -> b\n edgewright.QLookup(b, U) -> y\n output y", "QuantizeLinear QLookup");
}

TEST(ByteFunctions, AConstantOperandOfOneElementJoinsTheTable) {
  expectJoined("k:i8[1,1] = {-77}\n com.microsoft.QLinearMul(k, s, sz, x, s, z, ys, yz) -> m\n com.microsoft.QLinearAdd(m, ys, yz, k, s, sz, ys, yz) -> y\n output y",
               "QuantizeLinear QLookup");
}

TEST(ByteFunctions, QuantizedFunctionsOfOneValueAreTables) {
  expectJoined("com.microsoft.QLinearSigmoid(x, s, z, ys, yz) -> t\n com.microsoft.QLinearMul(x, s, z, t, ys, yz, ys, yz) -> y\n output y", "QuantizeLinear QLookup");
  expectJoined("com.microsoft.QLinearLeakyRelu(x, s, z, ys, yz){alpha=0.1} -> y\n output y", "QuantizeLinear QLookup");
}

TEST(ByteFunctions, WhatOthersReadStays) {
  expectJoined("edgewright.QLookup(x, T) -> t\n com.microsoft.QLinearMul(x, s, z, t, s, z, ys, yz) -> y\n output y\n output t",
               "QuantizeLinear QLookup QLookup");
  CompileOptions options;
  const std::string text = "edgewright.QLookup(x, T) -> t\n edgewright.QLookup(t, U) -> y\n output y";
  options.observe.insert(test::inferred(head + text).valueNamed("t"));
  expectJoined(text, "QuantizeLinear QLookup QLookup", options);
}

TEST(ByteFunctions, OperandsOfDifferentBytesStay) {
  expectJoined(R"(
    Transpose(x){perm=[0,1,3,2]} -> r
    edgewright.QLookup(r, T) -> t
    com.microsoft.QLinearMul(x, s, z, t, s, z, ys, yz) -> y
    output y)",
               "QuantizeLinear Transpose QLookup QLinearMul");
  expectJoined("k:u8[1,3,1,1] = {1,2,3}\n com.microsoft.QLinearMul(x, s, z, k, s, z, ys, yz) -> y\n output y", "QuantizeLinear QLinearMul");
}

TEST(ByteFunctions, AJoinedOperatorStandsForThoseThatWent) {
  const Graph graph = test::inferred(head + "edgewright.QLookup(x, T) -> t\n com.microsoft.QLinearMul(x, s, z, t, s, z, ys, yz) -> y\n output y");
  const Graph lowered = *lowerQuantized(graph, {});
  EXPECT_EQ(lowered.nodes().back().origin.size(), 2U);
}

}  // namespace
}  // namespace ew
