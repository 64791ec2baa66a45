// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>

#include "core/analysis/analysis.h"
#include "core/graph/graph_edit.h"
#include "core/onnx/onnx_file.h"
#include "tests/support/graph_text.h"
#include "tests/support/pool.h"

namespace ew::analysis {
namespace {

LayerFacts factsOf(const Summary& summary, const std::string& name) {
  const auto it = std::find_if(summary.layers.begin(), summary.layers.end(), [&](const LayerFacts& each) { return each.name == name; });
  return it == summary.layers.end() ? LayerFacts{} : *it;
}

TEST(Summary, CountsAConvolutionAsItsFormulaSays) {
  const Graph graph = test::graphFromText(R"(
    input x:f32[N,3,8,8]
    W:f32[4,3,3,3] = {0,1,2,3,4,5,6,7,8}
    B:f32[4] = {0}
    Conv(x, W, B){pads=[1,1,1,1]} -> a
    Relu(a) -> y
    output y
  )");
  const Summary summary = summarize(graph);
  const LayerFacts conv = factsOf(summary, "Conv_a");
  EXPECT_EQ(conv.parameters, 4 * 3 * 9 + 4);
  EXPECT_EQ(conv.weightBytes, (4 * 3 * 9 + 4) * 4);
  EXPECT_EQ(conv.macs, 4 * 8 * 8 * 3 * 9);  // a dynamic batch counts as 1
  EXPECT_EQ(conv.zeros, 12);                // one of nine in each of 12 filters; the bias is not the main weight
  EXPECT_DOUBLE_EQ(conv.sparsity, 1.0 / 9);
  EXPECT_EQ(conv.channels, 4);
  EXPECT_EQ(conv.zeroChannels, 0);
  EXPECT_EQ(conv.weightPrecision, "float32");
  EXPECT_EQ(conv.activationPrecision, "float32");
  EXPECT_EQ(conv.activationBytes, 4 * 8 * 8 * 4);
  EXPECT_DOUBLE_EQ(conv.weightRange->high, 8);
  EXPECT_TRUE(conv.isLayer);
  EXPECT_FALSE(factsOf(summary, "Relu_y").isLayer);
  EXPECT_EQ(summary.totals.nodes, 2);
  EXPECT_EQ(summary.totals.layers, 1);
  EXPECT_EQ(summary.totals.activationPeakBytes, 2 * 4 * 8 * 8 * 4);  // input and output of the Relu
}

/// The same layer in the three forms that a quantized model can have.
const char* const qdq = R"(
  opset 13
  input x:f32[1,2,4,4]
  xs:f32[] = {0.5}
  xz:u8[] = {3}
  W:i8[3,2,1,1] = {0,0,5,-7,9,0}
  ws:f32[3] = {1, 2, 4}
  wz:i8[3] = {0}
  B:i32[3] = {1,2,3}
  bs:f32[3] = {0.5, 1, 2}
  bz:i32[3] = {0}
  ys:f32[] = {2}
  yz:u8[] = {0}
  QuantizeLinear(x, xs, xz) -> xq
  DequantizeLinear(xq, xs, xz) -> xd
  DequantizeLinear(W, ws, wz){axis=0} -> wd
  DequantizeLinear(B, bs, bz){axis=0} -> bd
  Conv(xd, wd, bd) -> a
  Relu(a) -> r
  QuantizeLinear(r, ys, yz) -> yq
  DequantizeLinear(yq, ys, yz) -> y
  output y
)";

TEST(Summary, SeesThroughQuantizeAndDequantize) {
  const Summary summary = summarize(test::graphFromText(qdq));
  ASSERT_EQ(summary.layers.size(), 2U);
  const LayerFacts conv = factsOf(summary, "Conv_a");
  EXPECT_EQ(conv.parameters, 9);
  EXPECT_EQ(conv.weightBytes, 6 * 1 + 3 * 4);
  EXPECT_EQ(conv.weightPrecision, "int8");
  EXPECT_EQ(conv.activationPrecision, "uint8");
  EXPECT_EQ(conv.zeros, 3);
  EXPECT_EQ(conv.zeroChannels, 1);
  EXPECT_DOUBLE_EQ(conv.weightRange->low, -14);   // -7 * 2
  EXPECT_DOUBLE_EQ(conv.weightRange->high, 36);   // 9 * 4
  EXPECT_EQ(conv.macs, 3 * 16 * 2);
  EXPECT_EQ(summary.totals.nodes, 8);
  // Integers all the way: the quantized input (32 bytes) and the quantized output (48).
  EXPECT_EQ(summary.totals.activationPeakBytes, std::max(32 * 4 + 32, 32 + 48));
}

TEST(Summary, SeesQLinearOperators) {
  const Graph graph = test::graphFromText(R"(
    opset 13
    input x:u8[1,2,4,4]
    xs:f32[] = {0.5}
    xz:u8[] = {3}
    W:u8[3,2,1,1] = {7,7,5,7,9,0}
    ws:f32[] = {2}
    wz:u8[] = {7}
    B:i32[3] = {1,2,3}
    ys:f32[] = {2}
    yz:u8[] = {0}
    QLinearConv(x, xs, xz, W, ws, wz, ys, yz, B) -> y
    output y
  )");
  const Summary summary = summarize(graph);
  const LayerFacts conv = factsOf(summary, "QLinearConv_y");
  EXPECT_EQ(conv.parameters, 9);
  EXPECT_EQ(conv.zeros, 3);
  EXPECT_EQ(conv.zeroChannels, 1);
  EXPECT_EQ(conv.macs, 3 * 16 * 2);
  EXPECT_EQ(conv.weightPrecision, "uint8");
  EXPECT_EQ(conv.activationPrecision, "uint8");
  EXPECT_DOUBLE_EQ(conv.weightRange->low, -14);
}

TEST(Summary, SharedWeightsCountOnceInTotals) {
  const Graph graph = test::graphFromText(R"(
    input x:f32[1,4]
    W:f32[4,4] = random(1)
    MatMul(x, W) -> a
    MatMul(a, W) -> y
    output y
  )");
  const Summary summary = summarize(graph);
  EXPECT_EQ(summary.layers[0].parameters, 16);
  EXPECT_EQ(summary.layers[1].parameters, 16);
  EXPECT_EQ(summary.totals.parameters, 16);
  EXPECT_EQ(summary.totals.macs, 32);
}

TEST(Summary, SettingsAreNoParameters) {
  const Graph graph = test::graphFromText(R"(
    opset 13
    input x:f32[1,4]
    lo:f32[] = {0}
    hi:f32[] = {6}
    shape:i64[2] = {2,2}
    c:f32[4] = {1,2,3,4}
    Clip(x, lo, hi) -> a
    Add(a, c) -> b
    Reshape(b, shape) -> y
    output y
  )");
  EXPECT_EQ(summarize(graph).totals.parameters, 4);
}

TEST(Summary, RefusesNothing) {
  const Graph graph = test::graphFromText(R"(
    opset here.there 1
    input x:f32[1,4]
    W:f32[3,5] = ones
    here.there.Mystery(x, W) -> a
    MatMul(x, W) -> b
    output a
    output b
  )");
  const Summary summary = summarize(graph);  // the MatMul cannot be right
  EXPECT_EQ(summary.layers.size(), 2U);
  EXPECT_FALSE(summary.layers[0].macsKnown);
  EXPECT_FALSE(summary.warnings.empty());
}

/// One branch has 20 weights of its own, both read the same 10 from outside.
TEST(Summary, WeightsInsideNodesCountOnce) {
  GraphEdit edit(test::graphFromText("input c:bool[]\ninput x:f32[1,2]\nV:f32[2,5] = ones\nMatMul(x, V) -> z\nIf(c) -> y\noutput y\noutput z"));
  const auto captures = [&](const char* text) {
    auto branch = std::make_shared<Subgraph>();
    branch->graph = test::graphFromText(text);
    branch->captures = 2;
    return SubgraphPtr(branch);
  };
  const Graph graph = edit.graph();
  Node& node = edit.mutableNode(graph.nodes()[1].id);
  node.attributes.set("then_branch", captures("input x:f32[1,2]\ninput V:f32[2,5]\nMatMul(x, V) -> t\noutput t"));
  node.attributes.set("else_branch", captures("input x:f32[1,2]\ninput V:f32[2,5]\nW:f32[5,4] = ones\nMatMul(x, V) -> h\nMatMul(h, W) -> e\noutput e"));
  const ValueId x = graph.valueNamed("x"), v = graph.valueNamed("V");
  node.captures = {x, v, x, v};
  const Summary summary = summarize(*std::move(edit).apply());
  ASSERT_EQ(summary.layers.size(), 2U);
  EXPECT_EQ(summary.layers[0].parameters, 10);
  EXPECT_EQ(summary.layers[1].parameters, 30);
  EXPECT_EQ(summary.layers[1].weightBytes, 120);
  EXPECT_EQ(summary.totals.parameters, 30) << "V is one constant";
}

TEST(Summary, SaysThatTheWorkOfGraphsInsideNodesIsNotCounted) {
  const Graph graph = test::graphFromText("input c:bool[]\nIf(c) -> y\noutput y");
  auto branch = std::make_shared<Subgraph>();
  branch->graph = test::graphFromText("a:f32[1,4] = ones\nW:f32[4,5] = ones\nMatMul(a, W) -> b\noutput b");
  GraphEdit edit(graph);
  for (const char* name : {"then_branch", "else_branch"})
    edit.mutableNode(graph.nodes()[0].id).attributes.set(name, SubgraphPtr(branch));
  const Summary summary = summarize(*std::move(edit).apply());
  ASSERT_EQ(summary.layers.size(), 1U);
  EXPECT_FALSE(summary.layers[0].macsKnown);
  EXPECT_EQ(summary.layers[0].outputShape, "1 x 5");
  ASSERT_EQ(summary.warnings.size(), 1U);
  EXPECT_NE(summary.warnings[0].find("If_y"), std::string::npos) << summary.warnings[0];
}

TEST(Summary, KnowsRealModels) {
  EW_REQUIRE_POOL(pool);
  struct Known { const char* file; std::int64_t parameters, macs; };
  // Parameters as the models' publishers state them; MACs of SqueezeNet 1.1 at 227 x 227 summed from its layer table.
  for (const Known& known : {Known{"models/imagenet_squeezenet1.1_caffe.onnx", 1235496, 0}}) {
    const auto path = pool / known.file;
    if (!std::filesystem::exists(path)) GTEST_SKIP() << known.file << " is not in the pool";
    const auto imported = onnx::importModel(path);
    ASSERT_TRUE(imported.ok()) << imported.error().text();
    EXPECT_EQ(summarize(imported->graph).totals.parameters, known.parameters);
  }
}

}  // namespace
}  // namespace ew::analysis
