// SPDX-License-Identifier: Apache-2.0
// Normalizations, reductions and operators that move elements: against the reference, and that they run on code of their own.
#include <cmath>
#include <limits>

#include "accel/cpu/cpu_backend.h"
#include "core/ops/domains.h"
#include "core/run/runtime.h"
#include "tests/accel/cpu_support.h"
#include "tests/support/graph_text.h"

namespace ew {
namespace {

struct Case {
  const char* name;
  const char* kernel;
  std::string text;
};
class CpuRows : public testing::TestWithParam<Case> {};

TEST_P(CpuRows, AreAsTheReferenceSays) {
  test::expectSameAsReference(GetParam().text);
  EXPECT_EQ(test::kernelsOf(GetParam().text), GetParam().kernel);
}

const std::string recurrent = "opset 14\n input x:f32[4,2,3]\n ";
const std::string image = "opset 18\n input x:f32[2,3,5,7]\n ";

INSTANTIATE_TEST_SUITE_P(
    Cpu, CpuRows,
    testing::Values(
        Case{"LayerNormalization", "rows", image + "s:f32[7] = random(1)\n b:f32[7] = random(2)\n LayerNormalization(x, s, b){epsilon=0.01} -> y\n output y"},
        Case{"LayerNormalizationOfTwoAxes", "rows", image + "s:f32[5,7] = random(1)\n LayerNormalization(x, s){axis=-2} -> y\n output y"},
        Case{"LongLayerNormalization", "rows", "opset 18\n input x:f32[3,3001]\n s:f32[3001] = random(1)\n LayerNormalization(x, s) -> y\n output y"},
        Case{"LayerNormalizationWithStatistics", "reference", image + "s:f32[7] = random(1)\n LayerNormalization(x, s) -> y, m\n output y\n output m"},
        Case{"RmsNormalization", "rows", "opset 23\n input x:f32[4,9]\n s:f32[9] = random(1)\n RMSNormalization(x, s) -> y\n output y"},
        Case{"InstanceNormalization", "rows", image + "s:f32[3] = random(1)\n b:f32[3] = random(2)\n InstanceNormalization(x, s, b) -> y\n output y"},
        Case{"SumOfLastAxis", "rows", image + "a:i64[1] = {-1}\n ReduceSum(x, a) -> y\n output y"},
        Case{"MeanOfPlanes", "rows", image + "a:i64[2] = {3,2}\n ReduceMean(x, a){keepdims=0} -> y\n output y"},
        Case{"MaxOfChannels", "rows", image + "a:i64[1] = {1}\n ReduceMax(x, a) -> y\n output y"},
        Case{"MinOfAll", "rows", image + "ReduceMin(x) -> y\n output y"},
        Case{"NormOfFirstAxes", "rows", image + "a:i64[2] = {0,1}\n ReduceL2(x, a) -> y\n output y"},
        Case{"SquaresOfLongRows", "rows", "opset 18\n input x:f32[3,5000]\n a:i64[1] = {1}\n ReduceSumSquare(x, a) -> y\n output y"},
        Case{"AxesApart", "reference", image + "a:i64[2] = {0,2}\n ReduceSum(x, a) -> y\n output y"},
        Case{"PadWithZeros", "copy", image + "p:i64[8] = {0,1,2,0,1,0,0,3}\n Pad(x, p) -> y\n output y"},
        Case{"PadWithNumber", "copy", image + "p:i64[8] = {0,1,2,0,1,0,0,3}\n v:f32[] = {2.5}\n Pad(x, p, v) -> y\n output y"},
        Case{"PadAndCut", "copy", image + "p:i64[8] = {0,-1,2,0,1,0,0,-3}\n Pad(x, p) -> y\n output y"},
        Case{"PadByReflection", "copy", image + "p:i64[8] = {0,0,2,3,0,0,1,4}\n Pad(x, p){mode=\"reflect\"} -> y\n output y"},
        Case{"PadByEdgeOfBytes", "copy", "opset 18\n input x:u8[1,2,4]\n p:i64[6] = {0,0,3,0,0,2}\n Pad(x, p){mode=\"edge\"} -> y\n output y"},
        Case{"PadOfOldOpset", "copy", "opset 10\n input x:f32[2,4]\n Pad(x){pads=[0,1,0,2], value=1.5} -> y\n output y"},
        Case{"GatherOfRows", "copy", image + "i:i64[2,2] = {1,0,0,-1}\n Gather(x, i){axis=2} -> y\n output y"},
        Case{"GatherOfOneChannel", "copy", image + "i:i64[] = {1}\n Gather(x, i){axis=1} -> y\n output y"},
        Case{"Tile", "copy", image + "r:i64[4] = {1,2,1,3}\n Tile(x, r) -> y\n output y"},
        Case{"Expand", "copy", "opset 18\n input x:f32[3,1]\n s:i64[3] = {2,3,4}\n Expand(x, s) -> y\n output y"},
        Case{"Lstm", "recurrent", recurrent + "W:f32[1,20,3] = random(1)\n R:f32[1,20,5] = random(2)\n B:f32[1,40] = random(3)\n LSTM(x, W, R, B){hidden_size=5} -> y, h, c\n output y\n output h\n output c"},
        Case{"LstmBothWays", "recurrent", recurrent + "input h0:f32[2,2,5]\n input c0:f32[2,2,5]\n W:f32[2,20,3] = random(1)\n R:f32[2,20,5] = random(2)\n"
             "LSTM(x, W, R, _, _, h0, c0){hidden_size=5, direction=\"bidirectional\"} -> y, h, c\n output y\n output h\n output c"},
        Case{"LstmBackwards", "recurrent", recurrent + "W:f32[1,20,3] = random(1)\n R:f32[1,20,5] = random(2)\n LSTM(x, W, R){hidden_size=5, direction=\"reverse\"} -> _, h\n output h"},
        Case{"LstmWithClip", "reference", recurrent + "W:f32[1,20,3] = random(1)\n R:f32[1,20,5] = random(2)\n LSTM(x, W, R){hidden_size=5, clip=0.3} -> y\n output y"},
        Case{"Gru", "recurrent", recurrent + "W:f32[1,15,3] = random(1)\n R:f32[1,15,5] = random(2)\n B:f32[1,30] = random(3)\n GRU(x, W, R, B){hidden_size=5} -> y, h\n output y\n output h"},
        Case{"GruResetAfter", "recurrent", recurrent + "W:f32[2,15,3] = random(1)\n R:f32[2,15,5] = random(2)\n B:f32[2,30] = random(3)\n"
             "GRU(x, W, R, B){hidden_size=5, direction=\"bidirectional\", linear_before_reset=1} -> y, h\n output y\n output h"},
        Case{"ResizeLinear", "weighted", "opset 13\n input x:f32[2,3,5,7]\n s:f32[4] = {1,1,2,1.5}\n Resize(x, _, s){mode=\"linear\"} -> y\n output y"},
        Case{"ResizeCubicToSize", "weighted", "opset 13\n input x:f32[1,20,5,7]\n z:i64[4] = {1,20,8,4}\n Resize(x, _, _, z){mode=\"cubic\", coordinate_transformation_mode=\"align_corners\"} -> y\n output y"},
        Case{"ResizeCrop", "reference", "opset 13\n input x:f32[1,2,5,7]\n r:f32[8] = {0,0,0.1,0.2,1,1,0.9,1.4}\n z:i64[4] = {1,2,8,4}\n Resize(x, r, _, z){mode=\"linear\", coordinate_transformation_mode=\"tf_crop_and_resize\"} -> y\n output y"},
        Case{"GlobalMaxPoolOfPlanes", "rows", image + "GlobalMaxPool(x) -> y\n output y"},
        Case{"DepthToSpace", "copy", "opset 18\n input x:f32[1,8,2,3]\n DepthToSpace(x){blocksize=2} -> y\n output y"},
        Case{"SpaceToDepth", "copy", "opset 18\n input x:f32[1,2,4,6]\n SpaceToDepth(x){blocksize=2} -> y\n output y"}),
    [](const auto& info) { return info.param.name; });

TEST(CpuRows, EverySecondPixelOfAnImageIsJoinedAsChannels) {
  test::expectSameAsReference("opset 13\n input x:f32[1,3,8,10]\n a:i64[2] = {2,3}\n o:i64[2] = {0,0}\n p:i64[2] = {1,0}\n q:i64[2] = {0,1}\n e:i64[2] = {100,100}\n s:i64[2] = {2,2}\n"
                              "Slice(x, o, e, a, s) -> b\n Slice(x, p, e, a, s) -> c\n Slice(x, q, e, a, s) -> d\n Concat(b, c, d){axis=1} -> f\n W:f32[8,9,3,3] = random(1)\n"
                              "Conv(f, W) -> y\n output y");
}

TEST(CpuRows, SquaresAndNegatives) {
  test::expectSameAsReference("opset 13\n input x:f32[2,300]\n two:f32[] = {2}\n Pow(x, two) -> y\n Neg(x) -> z\n output y\n output z");
  EXPECT_EQ(test::kernelsOf("opset 13\n input x:f32[2,300]\n three:f32[] = {3}\n Pow(x, three) -> y\n output y"), "reference");
}

TEST(CpuRows, ExtremesKeepNaN) {
  const Graph graph = test::inferred("opset 18\n input x:f32[2,40]\n a:i64[1] = {1}\n ReduceMax(x, a) -> y\n ReduceMin(x, a) -> z\n output y\n output z");
  Tensor x = test::randomTensor(DType::f32, {2, 40}, 1);
  x.mutableData<float>()[37] = std::numeric_limits<float>::quiet_NaN();
  const auto out = test::runOn(*makeCpuBackend(), graph, {x});
  ASSERT_EQ(out.size(), 2U);
  for (const Tensor& extreme : out) {
    EXPECT_TRUE(std::isnan(extreme.data<float>()[0]));
    EXPECT_FALSE(std::isnan(extreme.data<float>()[1]));
  }
}

TEST(CpuRows, AColumnIsConvolvedAsARow) {
  test::expectSameAsReference("input x:f32[2,16,40,1]\n W:f32[8,16,5,1] = random(1)\n B:f32[8] = random(2)\n Conv(x, W, B){strides=[2,1], pads=[1,0,2,0]} -> a\n Relu(a) -> y\n output y");
  test::expectSameAsReference("input x:f32[1,16,40,1]\n W:f32[16,1,3,1] = random(1)\n Conv(x, W){group=16, dilations=[2,1]} -> y\n output y");
}

TEST(CpuRows, RecurrentOperandsThatDoNotFitAreTheReferencesErrors) {
  const std::string twoWays = "W:f32[2,20,3] = random(1)\n R:f32[2,20,5] = random(2)\n LSTM(x, W, R){hidden_size=5} -> y\n output y";
  const std::string shortState = "h0:f32[1,1,1] = ones\n W:f32[1,20,3] = random(1)\n R:f32[1,20,5] = random(2)\n LSTM(x, W, R, _, _, h0){hidden_size=5} -> y\n output y";
  for (const std::string& text : {twoWays, shortState}) {
    const Graph graph = test::graphFromText(recurrent + text);
    BackendSet backends;
    backends.add(makeCpuBackend());
    auto runtime = Runtime::create(graph, backends, "cpu");
    ASSERT_TRUE(runtime.ok());
    const auto outputs = runtime->run(test::randomInputs(graph, 1));
    ASSERT_FALSE(outputs.ok());
    EXPECT_EQ(outputs.error().code, ErrorCode::Invalid);
  }
}

/// The operators that run on the cpu backend, whose outputs must be those of the reference.
std::vector<std::string> operatorsRun(const std::string& text) {
  const Graph graph = test::graphFromText(text);
  BackendSet backends;
  backends.add(makeCpuBackend());
  auto runtime = Runtime::create(graph, backends, "cpu");
  auto plain = Runtime::create(graph, backends, "reference");
  const std::vector<Tensor> inputs = test::randomInputs(graph, 1);
  const auto outputs = runtime->run(inputs), expected = plain->run(inputs);
  if (!outputs.ok() || !expected.ok()) {
    ADD_FAILURE() << (outputs.ok() ? expected : outputs).error().text();
    return {};
  }
  for (std::size_t i = 0; i < outputs->size(); ++i) test::expectClose((*expected)[i], (*outputs)[i], 1e-4, text);
  std::vector<std::string> out;
  for (const Node& node : runtime->plan()->graph.nodes()) out.push_back(node.opType);
  return out;
}

TEST(CpuPatterns, RunAsOneOperatorInModelsOfOldOpsets) {
  using Operators = std::vector<std::string>;
  EXPECT_EQ(operatorsRun("opset 9\n input x:f32[2,3,8]\n r:f32[] = {1.41421356}\n one:f32[] = {1}\n half:f32[] = {0.5}\n"
                                "Div(x, r) -> a\n Erf(a) -> b\n Add(b, one) -> c\n Mul(x, c) -> d\n Mul(d, half) -> y\n output y"), Operators{"Gelu"});
  EXPECT_EQ(operatorsRun("opset 9\n input x:f32[2,3,8]\n two:f32[] = {2}\n e:f32[] = {0.00001}\n s:f32[8] = random(1)\n b:f32[8] = random(2)\n"
                                "ReduceMean(x){axes=[2]} -> m\n Sub(x, m) -> d\n Pow(d, two) -> q\n ReduceMean(q){axes=[2]} -> v\n Add(v, e) -> w\n Sqrt(w) -> t\n"
                                "Div(d, t) -> n\n Mul(n, s) -> o\n Add(o, b) -> y\n output y"), Operators{"LayerNormalization"});
}

TEST(CpuPatterns, TheDocumentOfAnOldOpsetStaysAsItIs) {
  const Graph graph = test::inferred("opset 9\n input x:f32[4]\n Sigmoid(x) -> a\n Mul(x, a) -> y\n output y");
  const Graph lowered = *lower(graph, {}, [](const Graph&, const Node&) { return true; });
  ASSERT_EQ(lowered.nodes().size(), 1U);
  EXPECT_EQ(lowered.nodes()[0].opType, "Swish");
  EXPECT_EQ(lowered.nodes()[0].domain, ops::executionDomain);
  EXPECT_EQ(lowered.opset(), 9);
  EXPECT_EQ(lower(graph, {}, [](const Graph&, const Node&) { return false; })->nodes().size(), 2U);
  CompileOptions watched;
  watched.observe = {graph.valueNamed("a")};
  EXPECT_EQ(lower(graph, watched, [](const Graph&, const Node&) { return true; })->nodes().size(), 2U);
}

TEST(CpuPatterns, ShapesThatAreKnownAreNotComputed) {
  EXPECT_EQ(operatorsRun("opset 13\n input x:f32[2,3,8]\n zero:i64[1] = {0}\n rest:i64[1] = {-1}\n Shape(x) -> s\n Gather(s, zero) -> n\n Concat(n, rest){axis=0} -> t\n"
                                "Reshape(x, t) -> y\n output y"), std::vector<std::string>{"Reshape"});
}

}  // namespace
}  // namespace ew
