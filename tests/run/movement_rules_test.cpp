// SPDX-License-Identifier: Apache-2.0
// Movements of quantized values as movements of bytes: exactly the bytes of the graph as ONNX defines it.
#include <gtest/gtest.h>

#include "core/ops/infer.h"
#include "core/run/plan.h"
#include "tests/run/reference_run.h"
#include "tests/support/graph_text.h"

namespace ew {
namespace {

void expectMoved(const std::string& text, const std::string& operators, const CompileOptions& options = {}) {
  Result<ops::Inference> inference = ops::inferShapes(test::graphFromText("opset 17\n xs:f32[] = {0.05}\n xz:u8[] = {128}\n ys:f32[] = {0.07}\n yz:u8[] = {100}\n" + text));
  ASSERT_TRUE(inference.ok()) << inference.error().text();
  const Graph& graph = inference->graph;
  const Result<Graph> lowered = lowerQuantized(graph, options);
  ASSERT_TRUE(lowered.ok()) << lowered.error().text();
  EXPECT_EQ(test::operatorsOf(*lowered), operators);
  const Value& x = graph.value(graph.inputs()[0]);
  const Tensor input = test::randomTensor(x.dtype, *x.shape->concrete(), 3);
  EXPECT_EQ(*toInts(test::runReference(graph, {input})[0]), *toInts(test::runReference(*lowered, {input})[0]));
}

const std::string bytes = "input x:u8[1,4,6,6]\n DequantizeLinear(x, xs, xz) -> f\n";
const std::string floats = "input f:f32[1,4,6,6]\n";

TEST(MovementRules, PaddingWithZeroPadsWithTheZeroPoint) {
  const std::string pads = "p:i64[8] = {0,1,2,0,0,0,0,1}\n";
  expectMoved(bytes + pads + "Pad(f, p) -> m\n QuantizeLinear(m, xs, xz) -> y\n output y", "Pad");
  expectMoved(bytes + pads + "Pad(f, p) -> m\n QuantizeLinear(m, ys, yz) -> y\n output y", "Pad QLookup");
  expectMoved(bytes + pads + "v:f32[] = {0}\n Pad(f, p, v){mode=\"constant\"} -> m\n QuantizeLinear(m, xs, xz) -> y\n output y", "Pad");
  expectMoved(bytes + pads + "q:u8[] = {128}\n DequantizeLinear(q, ys, xz) -> v\n Pad(f, p, v) -> m\n QuantizeLinear(m, xs, xz) -> y\n output y", "Pad");
  expectMoved(bytes + pads + "Pad(f, p){mode=\"edge\"} -> m\n QuantizeLinear(m, xs, xz) -> y\n output y", "Pad");
}

TEST(MovementRules, PaddingWithAnotherNumberStaysFloat) {
  expectMoved(bytes + "p:i64[8] = {0,1,2,0,0,0,0,1}\n v:f32[] = {0.3}\n Pad(f, p, v) -> m\n QuantizeLinear(m, xs, xz) -> y\n output y",
              "DequantizeLinear Pad QuantizeLinear");
}

TEST(MovementRules, ResizingToTheNearestMovesBytes) {
  const std::string scales = "s:f32[4] = {1,1,2,1.5}\n";
  expectMoved(bytes + scales + "Resize(f, _, s){mode=\"nearest\"} -> m\n QuantizeLinear(m, ys, yz) -> y\n output y", "Resize QLookup");
  expectMoved(bytes + scales + "Resize(f, _, s){mode=\"linear\"} -> m\n QuantizeLinear(m, ys, yz) -> y\n output y",
              "DequantizeLinear Resize QuantizeLinear");
}

TEST(MovementRules, FloatsAreQuantizedBeforeTheyMove) {
  const std::string chain = "SpaceToDepth(f){blocksize=2} -> a\n Transpose(a){perm=[0,2,3,1]} -> b\n QuantizeLinear(b, xs, xz) -> y\n output y";
  expectMoved(floats + chain, "QuantizeLinear SpaceToDepth Transpose");
  CompileOptions options;
  Result<ops::Inference> inference = ops::inferShapes(test::graphFromText("opset 17\n xs:f32[] = {0.05}\n xz:u8[] = {128}\n" + floats + chain));
  options.observeAll = true;
  EXPECT_EQ(test::operatorsOf(*lowerQuantized(inference->graph, options)), "SpaceToDepth Transpose QuantizeLinear");
}

TEST(MovementRules, WhatOthersReadAsFloatsOrIsASmallPieceIsQuantizedWhereItWas) {
  expectMoved(floats + "Transpose(f){perm=[0,2,3,1]} -> a\n QuantizeLinear(a, xs, xz) -> y\n Relu(a) -> z\n output y\n output z", "Transpose QuantizeLinear Relu");
  expectMoved(floats + "g:i64[1] = {2}\n Gather(f, g){axis=1} -> a\n QuantizeLinear(a, xs, xz) -> y\n output y", "Gather QuantizeLinear");
}

TEST(MovementRules, OnlyBytesMove) {
  const std::string piece = "s:i64[1] = {1}\n e:i64[1] = {4}\n a:i64[1] = {1}\n Slice(f, s, e, a) -> m\n QuantizeLinear(m, xs, nz) -> q\n";
  for (const char* type : {"u4", "f8e4m3"}) {
    const std::string zero = std::string(" nz:") + type + "[] = zeros\n";
    Result<ops::Inference> inference = ops::inferShapes(test::graphFromText("opset 21\n xs:f32[] = {0.05}\n" + zero + floats + piece + " output q"));
    ASSERT_TRUE(inference.ok()) << inference.error().text();
    const Result<Graph> lowered = lowerQuantized(inference->graph, {});
    ASSERT_TRUE(lowered.ok()) << lowered.error().text();
    EXPECT_EQ(test::operatorsOf(*lowered), "Slice QuantizeLinear") << type;
  }
}

TEST(MovementRules, QuantizationByAxisStaysWhereItsAxisIs) {
  expectMoved(floats + "s:f32[4] = {0.1,0.2,0.3,0.4}\n z:u8[4] = {1,2,3,4}\n Transpose(f){perm=[0,2,3,1]} -> a\n QuantizeLinear(a, s, z){axis=3} -> y\n output y",
              "Transpose QuantizeLinear");
}

}  // namespace
}  // namespace ew
