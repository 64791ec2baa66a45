// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <limits>
#include <random>

#include "accel/cpu/cpu_backend.h"
#include "core/run/reference_backend.h"
#include "tests/accel/cpu_support.h"
#include "tests/support/graph_text.h"

namespace ew {
namespace {

using test::expectSameAsReference;
using test::kernelsOf;

std::string number(std::int64_t value) { return std::to_string(value); }

/// A convolution with random geometry, spatial rank 1 to 3.
std::string randomConv(std::mt19937& random, bool reproducible) {
  const auto pick = [&](int low, int high) { return std::uniform_int_distribution<int>(low, high)(random); };
  const int rank = reproducible ? 2 : pick(1, 3);
  const int groups = pick(0, 2) == 0 ? pick(2, 4) : 1;
  const bool depthwise = pick(0, 3) == 0;
  const int channels = depthwise ? groups : groups * pick(1, 20), filters = groups * (depthwise ? 1 : pick(1, 20));
  std::string x, w, strides, dilations, pads, padsEnd;
  for (int i = 0; i < rank; ++i) {
    const int kernel = pick(1, 3), dilation = pick(1, 2);
    x += "," + number(pick(rank == 3 ? 5 : 7, rank == 3 ? 8 : 17));
    w += "," + number(kernel);
    const std::string comma = i == 0 ? "" : ",";
    strides += comma + number(pick(1, 2));
    dilations += comma + number(dilation);
    pads += comma + number(pick(0, 1));
    padsEnd += "," + number(pick(0, 2));
  }
  return "input x:f32[" + number(pick(1, 2)) + "," + number(channels) + x + "]\n" +
         "W:f32[" + number(filters) + "," + number(channels / groups) + w + "] = random(3)\n" +
         "B:f32[" + number(filters) + "] = random(4)\n" +
         "Conv(x, W" + (pick(0, 1) == 1 ? ", B" : "") + "){strides=[" + strides + "], dilations=[" + dilations + "], pads=[" + pads + padsEnd +
         "], group=" + number(groups) + "} -> y\noutput y\n";
}

TEST(CpuFloat, ConvolutionsOfRandomGeometry) {
  std::mt19937 random(11);
  for (unsigned i = 0; i < 60; ++i) expectSameAsReference(randomConv(random, false), i);
}

TEST(CpuFloat, WinogradStaysWithinTheTolerance) {
  for (const char* size : {"8,8", "13,17", "28,28"}) {
    const std::string text = std::string("input x:f32[1,64,") + size + "]\nW:f32[48,64,3,3] = random(2)\nB:f32[48] = random(5)\n" +
                             "Conv(x, W, B){pads=[1,1,1,1]} -> c\nRelu(c) -> y\noutput y\n";
    expectSameAsReference(text);
    CompileOptions reproducible;
    reproducible.reproducible = true;
    expectSameAsReference(text, 1, reproducible);
    EXPECT_EQ(kernelsOf(text, reproducible).find("wino"), std::string::npos);
  }
}

TEST(CpuFloat, TransposedConvolutions) {
  expectSameAsReference("input x:f32[1,6,5,7]\nW:f32[6,4,3,3] = random(2)\nB:f32[4] = random(5)\n"
                        "ConvTranspose(x, W, B){strides=[2,2], pads=[1,0,1,1], output_padding=[1,0]} -> c\nRelu(c) -> y\noutput y\n");
  expectSameAsReference("input x:f32[2,6,5]\nW:f32[6,4,3] = random(2)\nConvTranspose(x, W){group=3, dilations=[2]} -> y\noutput y\n");
  expectSameAsReference("input x:f32[1,4,3,4,5]\nW:f32[4,2,2,2,2] = random(2)\nConvTranspose(x, W){strides=[2,1,2]} -> y\noutput y\n");
}

TEST(CpuFloat, Products) {
  expectSameAsReference("input a:f32[5,7]\nB:f32[7,9] = random(2)\nC:f32[9] = random(3)\nGemm(a, B, C){alpha=0.5, beta=2.0} -> y\noutput y\n");
  expectSameAsReference("input a:f32[1,70]\nB:f32[33,70] = random(2)\nGemm(a, B){transB=1} -> y\noutput y\n");
  expectSameAsReference("input a:f32[7,5]\nB:f32[7,9] = random(2)\nC:f32[5,9] = random(3)\nGemm(a, B, C){transA=1} -> y\noutput y\n");
  expectSameAsReference("input a:f32[2,3,5,7]\nB:f32[7,9] = random(2)\nC:f32[9] = random(3)\nMatMul(a, B) -> m\nAdd(m, C) -> s\nGelu(s) -> y\noutput y\nopset 20\n");
  expectSameAsReference("input a:f32[2,3,5,7]\ninput b:f32[3,7,4]\nMatMul(a, b) -> y\noutput y\n");
  expectSameAsReference("input a:f32[7]\ninput b:f32[7,4]\nMatMul(a, b) -> y\noutput y\n");
  expectSameAsReference("input a:f32[4,7]\ninput r:f32[4,4]\nB:f32[7,4] = random(2)\nMatMul(a, B) -> m\nAdd(r, m) -> s\nTanh(s) -> y\noutput y\n");
}

TEST(CpuFloat, Pooling) {
  for (const char* op : {"MaxPool", "AveragePool"}) {
    const std::string head = "input x:f32[1,5,11,13]\n" + std::string(op);
    expectSameAsReference(head + "(x){kernel_shape=[3,2], strides=[2,2]} -> y\noutput y\n");
    expectSameAsReference(head + "(x){kernel_shape=[3,3], strides=[2,2], pads=[1,0,1,1]} -> y\noutput y\n");
    expectSameAsReference(head + "(x){kernel_shape=[3,3], strides=[2,2], ceil_mode=1} -> y\noutput y\n");
    expectSameAsReference(head + "(x){kernel_shape=[2,2], auto_pad=\"SAME_UPPER\"} -> y\noutput y\n");
  }
  expectSameAsReference("input x:f32[1,5,11,13]\nAveragePool(x){kernel_shape=[3,3], pads=[1,1,1,1], count_include_pad=1} -> y\noutput y\n");
  expectSameAsReference("input x:f32[1,5,11,12]\nAveragePool(x){kernel_shape=[3,3], strides=[2,2], pads=[1,1,1,1], ceil_mode=1, count_include_pad=1} -> y\noutput y\n");
  expectSameAsReference("input x:f32[2,5,7,6,5]\nMaxPool(x){kernel_shape=[2,3,2], dilations=[2,1,1]} -> y\noutput y\n");
  expectSameAsReference("input x:f32[2,19,7,6]\nGlobalAveragePool(x) -> g\nGlobalMaxPool(x) -> m\noutput g\noutput m\n");
  for (const char* type : {"u8", "i8"})
    expectSameAsReference("input x:" + std::string(type) + "[2,19,7,6]\nMaxPool(x){kernel_shape=[3,3], strides=[2,2], pads=[1,1,1,1]} -> y\noutput y\n");
}

TEST(CpuFloat, ActivationsAndNotANumber) {
  for (const char* op : {"Relu", "LeakyRelu", "Elu", "Sigmoid", "Tanh", "HardSwish", "HardSigmoid", "Softplus", "Mish", "Gelu", "Exp", "Abs", "Sqrt", "Clip"}) {
    const Graph graph = test::inferred("opset 20\ninput x:f32[4,1000]\n" + std::string(op) + "(x) -> y\noutput y\n");
    Tensor x = test::randomTensor(DType::f32, {4, 1000}, 9);
    const float infinity = std::numeric_limits<float>::infinity();
    const float odd[] = {std::numeric_limits<float>::quiet_NaN(), infinity, -infinity, 0, -0.0F, 89, -89, 104, -104, 1e30F, -1e30F};
    for (std::size_t i = 0; i < std::size(odd); ++i) x.mutableData<float>()[i * 7] = odd[i];
    CompileOptions options;
    const std::vector<Tensor> expected = test::runOn(*makeReferenceBackend(), graph, {x});
    const std::vector<Tensor> actual = test::runOn(*makeCpuBackend(), graph, {x});
    for (std::size_t i = 0; i < 4000; ++i) {
      const double a = static_cast<double>(expected[0].data<float>()[i]), b = static_cast<double>(actual[0].data<float>()[i]);
      if (!std::isfinite(a)) ASSERT_TRUE(a == b || (std::isnan(a) && std::isnan(b))) << op << "(" << x.data<float>()[i] << ") is " << a << ", not " << b;
      else ASSERT_NEAR(a, b, 1e-6 + 1e-5 * std::fabs(a)) << op << "(" << x.data<float>()[i] << ")";
    }
  }
}

TEST(CpuFloat, BinaryOperatorsBroadcast) {
  for (const char* op : {"Add", "Sub", "Mul", "Div"})
    for (const char* shapes : {"[2,3,4] [2,3,4]", "[2,3,4] [1]", "[1,1] [2,3,4]", "[2,3,4] [4]", "[2,3,4] [3,1]", "[5,1,4] [1,6,1]", "[1,8,1,1] [2,8,3,3]"}) {
      const std::string both = shapes;
      const std::size_t gap = both.find(' ');
      expectSameAsReference("input a:f32" + both.substr(0, gap) + "\ninput b:f32" + both.substr(gap + 1) + "\n" + op + "(a, b) -> y\noutput y\n");
    }
}

TEST(CpuFloat, SoftmaxInBothMeaningsOfAxis) {
  for (const char* opset : {"11", "13"})
    for (const char* axis : {"0", "1", "2"})
      expectSameAsReference("opset " + std::string(opset) + "\ninput x:f32[3,4,5]\nSoftmax(x){axis=" + axis + "} -> y\noutput y\n");
}

TEST(CpuFloat, LayoutsMeetInConcatTransposeAndReshape) {
  // The parts are written where the concatenation wants them; a part that is read again later must survive.
  expectSameAsReference(R"(
    input x:f32[1,16,9,9]
    W:f32[32,16,1,1] = random(2)
    V:f32[32,16,3,3] = random(3)
    U:f32[8,64,1,1] = random(4)
    Conv(x, W) -> a
    Conv(x, V){pads=[1,1,1,1]} -> b
    Concat(a, b){axis=1} -> c
    Conv(c, U) -> d
    Relu(a) -> e
    output d
    output e
    output c
  )");
  expectSameAsReference(R"(
    input x:f32[2,16,5,5]
    W:f32[24,16,1,1] = random(2)
    s:i64[2] = {2,-1}
    Conv(x, W) -> a
    Concat(a, x, a){axis=1} -> c
    Transpose(c){perm=[0,2,3,1]} -> t
    Reshape(t, s) -> r
    Transpose(a){perm=[0,2,3,1]} -> u
    Transpose(u){perm=[0,3,1,2]} -> v
    Add(a, v) -> w
    output r
    output w
  )");
  // A batch normalization that nothing is fused with, between layouts.
  expectSameAsReference(R"(
    input x:f32[1,16,6,6]
    W:f32[24,16,3,3] = random(2)
    g:f32[24] = random(3)
    h:f32[24] = random(4)
    m:f32[24] = random(5)
    v:f32[24] = ones
    Conv(x, W) -> a
    Relu(a) -> b
    BatchNormalization(b, g, h, m, v) -> c
    Flatten(c) -> y
    output y
  )");
}

TEST(CpuFloat, NearestResizingFollowsTheReferenceInEveryMode) {
  for (const char* type : {"f32", "u8"})
    for (const char* coordinates : {"half_pixel", "asymmetric", "align_corners", "pytorch_half_pixel"})
      for (const char* rounding : {"round_prefer_floor", "round_prefer_ceil", "floor", "ceil"}) {
        const std::string mode = std::string("{mode=\"nearest\", coordinate_transformation_mode=\"") + coordinates + "\", nearest_mode=\"" + rounding + "\"} -> y\noutput y\n";
        const std::string head = std::string("opset 13\ninput x:") + type + "[2,5,6,7]\n";
        expectSameAsReference(head + "s:f32[4] = {1,1,2,1.5}\nResize(x, _, s)" + mode);
        expectSameAsReference(head + "z:i64[4] = {2,5,4,11}\nResize(x, _, _, z)" + mode);
      }
}

TEST(CpuFloat, BatchNormalizationOfAnyRankAndLayout) {
  for (const char* shape : {"[3,20]", "[2,20,7]", "[2,20,3,5]", "[1,20,2,3,4]"}) {
    const std::string head = std::string("input x:f32") + shape + "\ng:f32[20] = random(3)\nh:f32[20] = random(4)\nm:f32[20] = random(5)\nv:f32[20] = ones\n";
    expectSameAsReference(head + "BatchNormalization(x, g, h, m, v){epsilon=0.01} -> y\noutput y\n");
  }
  expectSameAsReference("input x:f32[2,7,20]\ng:f32[20] = random(3)\nh:f32[20] = random(4)\nm:f32[20] = random(5)\nv:f32[20] = ones\n"
                        "Transpose(x){perm=[0,2,1]} -> t\nBatchNormalization(t, g, h, m, v) -> b\nTranspose(b){perm=[0,2,1]} -> y\noutput y\n");
}

TEST(CpuFloat, SlicesAndSplitsAreViewsInEveryLayout) {
  const std::string head = "opset 13\ninput x:f32[2,16,9,8]\nW:f32[32,16,3,3] = random(2)\nV:f32[8,16,1,1] = random(3)\nConv(x, W) -> a\n"
                           "s:i64[2] = {3,-5}\ne:i64[2] = {31,-1}\nt:i64[2] = {2,1}\nk:i64[2] = {1,-2}\n";
  expectSameAsReference(head + "Slice(a, s, e, k, t) -> b\nRelu(b) -> y\nRelu(a) -> z\noutput y\noutput z\n");
  expectSameAsReference(head + "Slice(a, s, e, k, t) -> y\noutput y\n");
  expectSameAsReference(head + "Split(a){axis=1} -> b, c\nConv(c, V) -> d\nMaxPool(b){kernel_shape=[2,2]} -> f\nAdd(b, c) -> g\nConcat(c, b){axis=1} -> h\n"
                               "output d\noutput f\noutput g\noutput h\n");
  expectSameAsReference(head + "Transpose(a){perm=[0,2,3,1]} -> b\np:i64[3] = {4,20,8}\nSplit(b, p){axis=3} -> c, d, f\nSoftmax(d) -> g\nMul(c, c) -> h\n"
                               "Flatten(f) -> i\noutput g\noutput h\noutput i\n");
  // A view of what is overwritten later, and of an input.
  expectSameAsReference("opset 13\ninput x:f32[4,6]\nTanh(x) -> a\nSplit(a){axis=0} -> b, c\nRelu(a) -> d\nAdd(b, c) -> f\nSplit(x){axis=1} -> g, h\n"
                        "Sub(g, h) -> i\noutput d\noutput f\noutput i\n");
}

TEST(CpuFloat, PaddingBeforeAConvolutionIsPartOfIt) {
  const std::string head = "opset 13\ninput x:f32[1,8,9,8]\nW:f32[8,8,3,3] = random(2)\np:i64[8] = {0,0,0,1,0,0,2,1}\n";
  const std::string one = head + "Pad(x, p) -> a\nConv(a, W){strides=[2,2]} -> y\noutput y\n";
  expectSameAsReference(one);
  EXPECT_EQ(kernelsOf(one).find("reference"), std::string::npos);
  expectSameAsReference(head + "v:f32[] = {0.5}\nPad(x, p, v) -> a\nConv(a, W){pads=[1,1,1,1]} -> y\noutput y\n");
  expectSameAsReference(head + "Pad(x, p) -> a\nConv(a, W){pads=[1,1,1,1]} -> b\nRelu(a) -> z\nConv(b, W) -> y\noutput y\noutput z\n");
  CompileOptions all;
  all.observeAll = true;
  expectSameAsReference(one, 1, all);
}

TEST(CpuFloat, ReproducibleBytesDoNotDependOnThreads) {
  const Graph graph = test::inferred(
      "input x:f32[1,32,28,28]\nW:f32[64,32,3,3] = random(2)\nB:f32[2303,10] = random(3)\nConv(x, W){strides=[2,2], pads=[1,1,1,1]} -> a\nRelu(a) -> b\n"
      "MaxPool(b){kernel_shape=[2,2], strides=[2,2], pads=[0,0,0,0]} -> c\nConv(c, V){pads=[1,1,1,1]} -> d\nV:f32[47,64,3,3] = random(4)\n"
      "Flatten(d) -> f\nMatMul(f, B) -> y\noutput y\n");
  const std::vector<Tensor> inputs = test::randomInputs(graph, 1);
  std::vector<Tensor> first;
  for (const int threads : {1, 2, 3, 8}) {
    CompileOptions options;
    options.threads = threads;
    options.reproducible = true;
    const std::vector<Tensor> outputs = test::runOn(*makeCpuBackend(), graph, inputs, options);
    if (first.empty()) first = outputs;
    EXPECT_TRUE(first[0].equals(outputs[0])) << threads << " threads";
  }
}

TEST(CpuFloat, ShapesThatAreKnownOnlyWhenRunningUseReferenceCode) {
  expectSameAsReference(R"(
    input x:f32[4,6]
    NonZero(x) -> n
    Transpose(n) -> t
    GatherND(x, t) -> g
    Relu(g) -> y
    output y
    output n
  )");
}

TEST(CpuFloat, ViewsOfWhatReferenceCodeMadeOutliveIt) {
  expectSameAsReference("opset 13\ninput x:f32[5,6]\ns:i64[1] = {0}\ne:i64[1] = {3}\na:i64[1] = {1}\nCumSum(x, a1) -> c\na1:i64[] = {1}\n"
                        "Slice(c, s, e, a) -> d\nUnsqueeze(d, a) -> y\noutput y\n");
  // What reference code hands on unchanged must not change when its source is overwritten.
  expectSameAsReference("opset 13\ninput x:f32[5,6]\nB:f32[6,6] = random(1)\nMatMul(x, B) -> m\ns:i64[2] = {5,6}\nExpand(m, s) -> k\nRelu(m) -> y\nNeg(k) -> z\n"
                        "output y\noutput z\n");
}

TEST(CpuFloat, ConstantsAndInputsMayBeOutputs) {
  expectSameAsReference(R"(
    input x:f32[2,3]
    c:f32[3] = {1,2,3}
    Add(c, c) -> d
    Identity(x) -> y
    Shape(x) -> s
    output d
    output y
    output s
    output c
  )");
}

}  // namespace
}  // namespace ew
