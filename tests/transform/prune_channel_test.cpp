// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/transform/prune/prune.h"
#include "tests/support/graph_text.h"
#include "tests/transform/run_graph.h"

namespace ew::transform {
namespace {

using Channels = std::vector<std::size_t>;

PruneOptions channels(double sparsity) {
  PruneOptions options;
  options.structure = "channel";
  options.sparsity = sparsity;
  return options;
}

Result<PassResult> pruneGraph(const Graph& graph, const PruneOptions& options) {
  NoProgress progress;
  return prune(graph, options, progress);
}

/// Sum of |w| of each slice of an initializer, counted here from nothing but the numbers.
std::vector<double> norms(const Graph& graph, const std::string& name, std::size_t axis) {
  const Tensor& tensor = *graph.initializer(graph.valueNamed(name));
  std::vector<double> out(static_cast<std::size_t>(tensor.dim(axis)), 0.0);
  const std::int64_t stride = stridesOf(tensor.dims())[axis];
  for (std::int64_t i = 0; i < tensor.size(); ++i)
    out[static_cast<std::size_t>(i / stride % tensor.dim(axis))] += std::abs(static_cast<double>(tensor.data<float>()[static_cast<std::size_t>(i)]));
  return out;
}

/// Norms divided by their mean, so that layers can be added.
std::vector<double> relative(std::vector<double> norms) {
  const double mean = std::accumulate(norms.begin(), norms.end(), 0.0) / static_cast<double>(norms.size());
  for (double& norm : norms) norm /= mean;
  return norms;
}

Channels smallest(const std::vector<double>& norms, std::size_t count) {
  Channels order(norms.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return norms[a] < norms[b]; });
  order.resize(count);
  return order;
}

/// The graph with slices of an initializer set to zero.
Graph zeroed(const Graph& graph, const std::vector<std::string>& names, std::size_t axis, const Channels& which) {
  GraphEdit edit(graph);
  for (const std::string& name : names) {
    Tensor tensor = *graph.initializer(graph.valueNamed(name));
    const std::int64_t stride = stridesOf(tensor.dims())[axis];
    for (std::int64_t i = 0; i < tensor.size(); ++i)
      if (std::find(which.begin(), which.end(), static_cast<std::size_t>(i / stride % tensor.dim(axis))) != which.end())
        tensor.mutableData<float>()[static_cast<std::size_t>(i)] = 0;
    edit.setInitializer(graph.valueNamed(name), tensor);
  }
  return *std::move(edit).apply();
}

void expectSameOutputs(const Graph& before, const Graph& after) {
  const std::vector<Tensor> inputs = test::randomInputs(before, 5);
  EXPECT_LT(test::relativeDifference(test::runGraph(before, inputs), test::runGraph(after, inputs)), 1e-5);
}

Dims dimsOf(const Graph& graph, const std::string& name) { return graph.initializer(graph.valueNamed(name))->dims(); }

TEST(PruneChannels, OfAChainRunsAsIfTheChannelsWereZero) {
  const Graph graph = test::graphFromText(R"(
    input x:f32[2,3,8,8]
    W:f32[10,3,3,3] = random(1)
    B:f32[10] = random(2)
    V:f32[6,10,3,3] = random(3)
    C:f32[6] = random(4)
    U:f32[4,6] = random(5)
    first: Conv(x, W, B) -> a
    Relu(a) -> r
    MaxPool(r){kernel_shape=[2,2], strides=[2,2]} -> p
    second: Conv(p, V, C) -> b
    Relu(b) -> s
    GlobalAveragePool(s) -> g
    Flatten(g) -> f
    last: Gemm(f, U){transB=1} -> y
    output y
  )");
  const auto result = pruneGraph(graph, channels(0.3));
  const Graph after = test::applied(result);
  EXPECT_EQ(dimsOf(after, "W"), (Dims{7, 3, 3, 3}));
  EXPECT_EQ(dimsOf(after, "V"), (Dims{4, 7, 3, 3}));
  EXPECT_EQ(dimsOf(after, "U"), (Dims{4, 4}));
  EXPECT_EQ(after.value(after.valueNamed("a")).shape->text(), "2 x 7 x 6 x 6");
  Graph expected = zeroed(graph, {"W", "B"}, 0, smallest(norms(graph, "W", 0), 3));
  expected = zeroed(expected, {"V", "C"}, 0, smallest(norms(graph, "V", 0), 2));
  expectSameOutputs(expected, after);
  EXPECT_EQ(test::verdictOf(result->verdicts, "first").reason, "10 -> 7 channels");
  EXPECT_EQ(test::verdictOf(result->verdicts, "second").reason, "6 -> 4 channels, inputs 10 -> 7");
  EXPECT_EQ(test::verdictOf(result->verdicts, "last").verdict, "shrunk");
  EXPECT_EQ(test::verdictOf(result->verdicts, "last").reasonKey, "graph-output");
}

TEST(PruneChannels, OfAResidualBranchGoTogether) {
  const Graph graph = test::graphFromText(R"(
    input x:f32[1,3,6,6]
    W:f32[8,3,1,1] = random(1)
    V:f32[8,8,3,3] = random(2)
    s:f32[8] = random(3)
    b:f32[8] = random(4)
    m:f32[8] = zeros
    v:f32[8] = ones
    U:f32[2,8,1,1] = random(6)
    stem: Conv(x, W) -> a
    Relu(a) -> r
    branch: Conv(r, V){pads=[1,1,1,1]} -> c
    norm: BatchNormalization(c, s, b, m, v) -> n
    Add(n, r) -> d
    Relu(d) -> e
    head: Conv(e, U) -> y
    output y
  )");
  const auto result = pruneGraph(graph, channels(0.25));
  const Graph after = test::applied(result);
  std::vector<double> both = relative(norms(graph, "W", 0));
  const std::vector<double> other = relative(norms(graph, "V", 0));
  for (std::size_t c = 0; c < both.size(); ++c) both[c] += other[c];
  const Channels gone = smallest(both, 2);
  expectSameOutputs(zeroed(graph, {"W", "V", "s", "b"}, 0, gone), after);
  EXPECT_EQ(dimsOf(after, "V"), (Dims{6, 6, 3, 3}));
  EXPECT_EQ(test::verdictOf(result->verdicts, "norm").reason, "8 -> 6 channels");
  EXPECT_EQ(test::verdictOf(result->verdicts, "stem").verdict, "pruned");
}

TEST(PruneChannels, FollowDepthwiseConvolutions) {
  const Graph graph = test::graphFromText(R"(
    input x:f32[1,3,6,6]
    W:f32[8,3,1,1] = random(1)
    D:f32[16,1,3,3] = random(2)
    E:f32[16] = random(3)
    U:f32[2,16,1,1] = random(4)
    point: Conv(x, W) -> a
    Relu(a) -> r
    depth: Conv(r, D, E){group=8, pads=[1,1,1,1]} -> d
    Relu(d) -> e
    head: Conv(e, U) -> y
    output y
  )");
  const auto result = pruneGraph(graph, channels(0.5));
  const Graph after = test::applied(result);
  const Channels gone = smallest(norms(graph, "W", 0), 4);
  Channels doubled;
  for (const std::size_t c : gone) doubled.insert(doubled.end(), {2 * c, 2 * c + 1});
  expectSameOutputs(zeroed(zeroed(graph, {"W"}, 0, gone), {"D", "E"}, 0, doubled), after);
  EXPECT_EQ(after.nodeNamed("depth")->attributes.getInt("group", 0), 4);
  EXPECT_EQ(test::verdictOf(result->verdicts, "depth").verdict, "shrunk");
}

TEST(PruneChannels, KeepTheirPlaceInAConcatenation) {
  const Graph graph = test::graphFromText(R"(
    input x:f32[1,3,6,6]
    W:f32[4,3,1,1] = random(1)
    V:f32[6,3,1,1] = random(2)
    U:f32[2,13,1,1] = random(3)
    left: Conv(x, W) -> a
    right: Conv(x, V) -> b
    Concat(a, x, b){axis=1} -> c
    head: Conv(c, U) -> y
    output y
  )");
  const Graph after = test::applied(pruneGraph(graph, channels(0.5)));
  Graph expected = zeroed(graph, {"W"}, 0, smallest(norms(graph, "W", 0), 2));
  expected = zeroed(expected, {"V"}, 0, smallest(norms(graph, "V", 0), 3));
  expectSameOutputs(expected, after);
  EXPECT_EQ(dimsOf(after, "U"), (Dims{2, 2 + 3 + 3, 1, 1}));
}

class Flattening : public testing::TestWithParam<const char*> {};

TEST_P(Flattening, RemovesABlockOfInputsForEachChannel) {
  const Graph graph = test::graphFromText(std::string(R"(
    opset 13
    input x:f32[N,3,4,5]
    W:f32[6,3,1,1] = random(1)
    U:f32[120,3] = random(2)
    fixed:i64[2] = {-1, 120}
    free:i64[2] = {0, -1}
    conv: Conv(x, W) -> a
    Relu(a) -> r
  )") + GetParam() + "\n last: Gemm(f, U) -> y\n output y");
  const Graph after = test::applied(pruneGraph(graph, channels(0.5)));
  expectSameOutputs(zeroed(graph, {"W"}, 0, smallest(norms(graph, "W", 0), 3)), after);
  EXPECT_EQ(dimsOf(after, "U"), (Dims{60, 3}));
}

INSTANTIATE_TEST_SUITE_P(PruneChannels, Flattening,
                         testing::Values("Flatten(r) -> f", "Reshape(r, fixed) -> f", "Reshape(r, free) -> f",
                                         "Transpose(r){perm=[0,2,3,1]} -> t\n Reshape(t, fixed) -> f",
                                         "Identity(r) -> t\n Flatten(t){axis=-3} -> f"));

TEST(PruneChannels, FollowMatMulAndItsBias) {
  const Graph graph = test::graphFromText(R"(
    opset 13
    input x:f32[2,5,4]
    W:f32[4,8] = random(1)
    b:f32[8] = random(2)
    V:f32[8,3] = random(3)
    up: MatMul(x, W) -> a
    Add(b, a) -> c
    Relu(c) -> r
    down: MatMul(r, V) -> y
    output y
  )");
  const Graph after = test::applied(pruneGraph(graph, channels(0.5)));
  const Channels gone = smallest(norms(graph, "W", 1), 4);
  expectSameOutputs(zeroed(zeroed(graph, {"W"}, 1, gone), {"b"}, 0, gone), after);
}

TEST(PruneChannels, FollowSqueezeAndExcitation) {
  const Graph graph = test::graphFromText(R"(
    input x:f32[1,3,6,6]
    W:f32[8,3,1,1] = random(1)
    S:f32[2,8,1,1] = random(2)
    T:f32[8,2,1,1] = random(3)
    U:f32[2,8,1,1] = random(4)
    conv: Conv(x, W) -> a
    GlobalAveragePool(a) -> g
    down: Conv(g, S) -> s
    Relu(s) -> t
    up: Conv(t, T) -> e
    Sigmoid(e) -> q
    Mul(a, q) -> m
    head: Conv(m, U) -> y
    output y
  )");
  PruneOptions options = channels(0.25);
  options.layers["down"] = 0;
  const Graph after = test::applied(pruneGraph(graph, options));
  std::vector<double> both = relative(norms(graph, "W", 0));
  const std::vector<double> other = relative(norms(graph, "T", 0));
  for (std::size_t c = 0; c < both.size(); ++c) both[c] += other[c];
  expectSameOutputs(zeroed(graph, {"W"}, 0, smallest(both, 2)), after);
  EXPECT_EQ(dimsOf(after, "T"), (Dims{6, 2, 1, 1}));
}

struct Stays {
  const char* name;
  const char* tail;
  const char* reason;
};
class ChannelsStay : public testing::TestWithParam<Stays> {};

TEST_P(ChannelsStay, WithAReason) {
  const Graph graph = test::graphFromText(std::string("opset 13\n input x:f32[1,4,6,6]\n W:f32[4,4,1,1] = random(1)\n") +
                                          "V:f32[4,2,1,1] = random(2)\n U:f32[2,4,1,1] = random(3)\n conv: Conv(x, W) -> a\n" + GetParam().tail);
  const auto result = pruneGraph(graph, channels(0.5));
  EXPECT_EQ(test::verdictOf(result->verdicts, "conv").verdict, "kept");
  EXPECT_EQ(test::verdictOf(result->verdicts, "conv").reasonKey, GetParam().reason);
  expectSameOutputs(graph, test::applied(result));
}

INSTANTIATE_TEST_SUITE_P(
    PruneChannels, ChannelsStay,
    testing::Values(Stays{"output", "Relu(a) -> y\n output y", "graph-output"},
                    Stays{"also_output", "output a\n head: Conv(a, U) -> y\n output y", "graph-output"},
                    Stays{"with_input", "Add(a, x) -> b\n head: Conv(b, U) -> y\n output y", "consumer-not-shrinkable"},
                    Stays{"softmax", "Softmax(a){axis=1} -> b\n head: Conv(b, U) -> y\n output y", "consumer-not-shrinkable"},
                    Stays{"split", "n:i64[2] = {2,2}\n Split(a, n){axis=1} -> b, c\n Add(b, c) -> y\n output y", "consumer-not-shrinkable"},
                    Stays{"grouped", "grouped: Conv(a, V){group=2} -> b\n head: Conv(b, U) -> y\n output y", "grouped-convolution"},
                    Stays{"shuffle", "s:i64[5] = {1,2,2,6,6}\n Reshape(a, s) -> b\n Transpose(b){perm=[0,2,1,3,4]} -> y\n output y", "consumer-not-shrinkable"},
                    Stays{"shared", "head: Conv(a, U) -> y\n output y\n w:i64[4] = {4,4,1,1}\n Reshape(W, w) -> z\n output z", "shared-weights"}),
    [](const auto& info) { return info.param.name; });

TEST(PruneChannels, OfSharedWeightsGoInBothLayers) {
  const Graph graph = test::graphFromText(R"(
    input x:f32[1,3,6,6]
    z:f32[] = {2}
    W:f32[8,3,1,1] = random(1)
    U:f32[2,8,1,1] = random(3)
    one: Conv(x, W) -> a
    Mul(x, z) -> x2
    two: Conv(x2, W) -> b
    hi: Conv(a, U) -> c
    lo: Conv(b, U) -> d
    Add(c, d) -> y
    output y
  )");
  const Graph after = test::applied(pruneGraph(graph, channels(0.5)));
  EXPECT_EQ(dimsOf(after, "W"), (Dims{4, 3, 1, 1}));
  expectSameOutputs(zeroed(graph, {"W"}, 0, smallest(norms(graph, "W", 0), 4)), after);
}

const char* const twoLayers = R"(
  input x:f32[1,3,6,6]
  W:f32[10,3,1,1] = random(1)
  V:f32[30,10,1,1] = random(2)
  U:f32[2,30,1,1] = random(3)
  first: Conv(x, W) -> a
  second: Conv(a, V) -> b
  head: Conv(b, U) -> y
  output y
)";

TEST(PruneChannels, GlobalScopeTakesTheShareOfAllPrunableChannels) {
  const Graph graph = test::graphFromText(twoLayers);
  PruneOptions options = channels(0.5);
  options.scope = "global";
  const Graph after = test::applied(pruneGraph(graph, options));
  EXPECT_EQ(dimsOf(after, "W")[0] + dimsOf(after, "V")[0], 20);
  std::vector<double> all = relative(norms(graph, "W", 0));
  const std::vector<double> more = relative(norms(graph, "V", 0));
  all.insert(all.end(), more.begin(), more.end());
  Channels first, second;
  for (const std::size_t c : smallest(all, 20)) (c < 10 ? first : second).push_back(c < 10 ? c : c - 10);
  expectSameOutputs(zeroed(zeroed(graph, {"W"}, 0, first), {"V"}, 0, second), after);
}

TEST(PruneChannels, WhatRemainsIsAMultipleOfTheAlignment) {
  PruneOptions options = channels(0.4);
  options.align = 8;
  const auto result = pruneGraph(test::graphFromText(twoLayers), options);
  const Graph after = test::applied(result);
  EXPECT_EQ(dimsOf(after, "W")[0], 8);   // 10 * 0.6 = 6 would be under the alignment
  EXPECT_EQ(dimsOf(after, "V")[0], 24);  // 30 * 0.6 = 18, up to the next multiple
}

TEST(PruneChannels, OneChannelAlwaysRemains) {
  const Graph after = test::applied(pruneGraph(test::graphFromText(twoLayers), channels(0.99)));
  EXPECT_EQ(dimsOf(after, "W")[0], 1);
  EXPECT_EQ(dimsOf(after, "V")[0], 1);
}

TEST(PruneChannels, RulesForLayersWin) {
  PruneOptions options = channels(0.5);
  options.layers = {{"first", 0}, {"sec*", 0.1}};
  const auto result = pruneGraph(test::graphFromText(twoLayers), options);
  const Graph after = test::applied(result);
  EXPECT_EQ(dimsOf(after, "W")[0], 10);
  EXPECT_EQ(dimsOf(after, "V")[0], 27);
  EXPECT_EQ(test::verdictOf(result->verdicts, "first").reasonKey, "excluded-by-recipe");
}

TEST(PruneChannels, QuantizedLayersLoseScalesToo) {
  const Graph graph = test::graphFromText(R"(
    opset 13
    input x:f32[1,3,6,6]
    W:i8[4,3,1,1] = {1,1,1, 90,90,90, 2,2,2, 80,80,80}
    s:f32[4] = {0.1, 0.2, 0.3, 0.4}
    z:i8[4] = zeros
    U:f32[2,4,1,1] = random(3)
    xs:f32[] = {0.05}
    xz:u8[] = {128}
    DequantizeLinear(W, s, z){axis=0} -> w
    conv: Conv(x, w) -> a
    QuantizeLinear(a, xs, xz) -> q
    DequantizeLinear(q, xs, xz) -> d
    head: Conv(d, U) -> y
    output y
  )");
  const Graph after = test::applied(pruneGraph(graph, channels(0.5)));
  EXPECT_EQ(dimsOf(after, "W"), (Dims{2, 3, 1, 1}));
  EXPECT_EQ(toDoubles(*after.initializer(after.valueNamed("s"))).value()[1], static_cast<double>(0.4F));
  EXPECT_EQ(dimsOf(after, "U"), (Dims{2, 2, 1, 1}));
}

TEST(PruneChannels, ByNormalizationScale) {
  const Graph graph = test::graphFromText(R"(
    input x:f32[1,3,6,6]
    W:f32[4,3,1,1] = random(1)
    s:f32[4] = {3, -0.1, 2, 0.2}
    b:f32[4] = zeros
    m:f32[4] = zeros
    v:f32[4] = ones
    U:f32[4,4,1,1] = random(3)
    T:f32[2,4,1,1] = random(4)
    conv: Conv(x, W) -> a
    BatchNormalization(a, s, b, m, v) -> n
    bare: Conv(n, U) -> c
    head: Conv(c, T) -> y
    output y
  )");
  PruneOptions options = channels(0.5);
  options.criterion = "bn_scale";
  const auto result = pruneGraph(graph, options);
  const Graph after = test::applied(result);
  EXPECT_EQ(*toDoubles(*after.initializer(after.valueNamed("s"))), (std::vector<double>{3, 2}));
  EXPECT_EQ(test::verdictOf(result->verdicts, "bare").verdict, "shrunk");
  EXPECT_EQ(test::verdictOf(result->verdicts, "bare").reasonKey, "no-weights");
}

}  // namespace
}  // namespace ew::transform
