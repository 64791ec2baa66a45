// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "core/analysis/analysis.h"
#include "core/ops/infer.h"
#include "tests/support/graph_text.h"

namespace ew::analysis {
namespace {

MemoryProfile profileOf(const char* text) {
  const auto inference = ops::inferShapes(test::graphFromText(text));
  return peakActivation(inference->graph);
}

TEST(Memory, AValueLivesUntilItsLastReader) {
  const MemoryProfile profile = profileOf(R"(
    input x:f32[10]
    Relu(x) -> a
    Relu(a) -> b
    Add(b, x) -> y
    output y
  )");
  // x a | x a b | x b y
  EXPECT_EQ(profile.liveBytes, (std::vector<std::int64_t>{80, 120, 120}));
  EXPECT_EQ(profile.peakBytes, 120);
}

TEST(Memory, ViewsShareBytes) {
  const MemoryProfile profile = profileOf(R"(
    opset 13
    input x:f32[2,5]
    s:i64[1] = {10}
    Relu(x) -> a
    Reshape(a, s) -> b
    Identity(b) -> c
    Relu(c) -> y
    output y
  )");
  EXPECT_EQ(profile.liveBytes, (std::vector<std::int64_t>{80, 40, 40, 80}));
}

TEST(Memory, ConstantsDoNotCount) {
  const MemoryProfile profile = profileOf("input x:f32[1,4]\n W:f32[4,2] = ones\n MatMul(x, W) -> y\n output y");
  EXPECT_EQ(profile.peakBytes, 16 + 8);
}

TEST(Memory, QuantizedActivationsLiveAsIntegers) {
  const MemoryProfile profile = profileOf(R"(
    opset 13
    input x:u8[1,100]
    s:f32[] = {1}
    z:u8[] = {0}
    t:i64[2] = {10,10}
    DequantizeLinear(x, s, z) -> a
    Sigmoid(a) -> b
    Relu(b) -> c
    QuantizeLinear(c, s, z) -> d
    DequantizeLinear(d, s, z) -> e
    Reshape(e, t) -> f
    QuantizeLinear(f, s, z) -> g
    output g
  )");
  EXPECT_EQ(profile.peakBytes, 200);
}

TEST(Memory, InputsLiveFromTheStartAndOutputsToTheEnd) {
  const MemoryProfile profile = profileOf(R"(
    input x:f32[10]
    input late:f32[10]
    Relu(x) -> early
    Relu(late) -> y
    output early
    output y
  )");
  EXPECT_EQ(profile.liveBytes, (std::vector<std::int64_t>{120, 120}));
}

}  // namespace
}  // namespace ew::analysis
