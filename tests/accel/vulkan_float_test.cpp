// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <limits>
#include <random>

#include "accel/vulkan/vulkan_backend.h"
#include "core/ops/infer.h"
#include "tests/accel/cpu_support.h"
#include "tests/accel/vulkan_support.h"

namespace ew {
namespace {

using test::expectVulkanLikeReference;

std::string number(std::int64_t value) { return std::to_string(value); }

std::string randomConv(std::mt19937& random) {
  const auto pick = [&](int low, int high) { return low + static_cast<int>(random() % static_cast<unsigned>(high - low + 1)); };
  const int rank = pick(1, 2), groups = pick(0, 2) == 0 ? pick(2, 4) : 1;
  const bool depthwise = pick(0, 3) == 0;
  const int channels = depthwise ? groups : groups * pick(1, 9), filters = groups * (depthwise ? pick(1, 2) : pick(1, 20));
  std::string x, w, strides, dilations, pads, padsEnd;
  for (int i = 0; i < rank; ++i) {
    const std::string comma = i == 0 ? "" : ",";
    x += "," + number(pick(7, 17));
    w += "," + number(pick(1, 3));
    strides += comma + number(pick(1, 2));
    dilations += comma + number(pick(1, 2));
    pads += comma + number(pick(0, 1));
    padsEnd += "," + number(pick(0, 2));
  }
  return "input x:f32[" + number(pick(1, 2)) + "," + number(channels) + x + "]\n" +
         "W:f32[" + number(filters) + "," + number(channels / groups) + w + "] = random(3)\n" +
         "B:f32[" + number(filters) + "] = random(4)\n" +
         "Conv(x, W" + (pick(0, 1) == 1 ? ", B" : "") + "){strides=[" + strides + "], dilations=[" + dilations + "], pads=[" + pads + padsEnd +
         "], group=" + number(groups) + "} -> y\noutput y\n";
}

TEST(VulkanFloat, ConvolutionsOfRandomGeometry) {
  EW_REQUIRE_VULKAN(vulkan);
  std::mt19937 random(11);
  for (unsigned i = 0; i < 50; ++i) expectVulkanLikeReference(*vulkan, randomConv(random), i);
}

TEST(VulkanFloat, WhatFollowsALayerRunsInsideIt) {
  EW_REQUIRE_VULKAN(vulkan);
  for (const char* layer : {"W:f32[6,4,3,3] = random(2)\nConv(x, W, B){pads=[1,1,1,1]} -> c", "W:f32[6,4,1,1] = random(2)\nConv(x, W) -> c",
                            "W:f32[6,1,3,3] = random(2)\nConv(r, W, B){pads=[1,1,1,1], group=6} -> c"}) {
    const std::string text = std::string("input x:f32[2,4,9,7]\ninput r:f32[2,6,9,7]\nB:f32[6] = random(3)\n") + layer + R"(
      g:f32[6] = random(4)
      b:f32[6] = random(5)
      m:f32[6] = random(6)
      v:f32[6] = {0.5,1,2,0.1,1,3}
      low:f32[] = {-0.5}
      high:f32[] = {1.5}
      BatchNormalization(c, g, b, m, v) -> n
      Add(r, n) -> s
      Clip(s, low, high) -> y
      output y
    )";
    expectVulkanLikeReference(*vulkan, text);
    TraceObserver observer;
    const Graph graph = test::inferred(text);
    test::runOn(*vulkan, graph, test::randomInputs(graph, 1), {}, &observer);
    ASSERT_EQ(observer.trace.nodes.size(), 1U);
    EXPECT_EQ(observer.trace.nodes[0].fused.size(), 3U);
  }
}

TEST(VulkanFloat, MatrixProducts) {
  EW_REQUIRE_VULKAN(vulkan);
  for (const char* attributes : {"transA=0", "transB=1", "transA=1, transB=1, alpha=0.5", "beta=2.0"}) {
    const std::string a = std::string(attributes).find("transA=1") != std::string::npos ? "19,7" : "7,19";
    const std::string b = std::string(attributes).find("transB=1") != std::string::npos ? "70,19" : "19,70";
    for (const char* c : {"C:f32[70] = random(1)\n", "C:f32[7,1] = random(1)\n", "C:f32[] = {3}\n", "input C:f32[7,70]\n"}) {
      expectVulkanLikeReference(*vulkan, "input a:f32[" + a + "]\nB:f32[" + b + "] = random(2)\n" + c + "Gemm(a, B, C){" + attributes + "} -> g\nRelu(g) -> y\noutput y\n");
      expectVulkanLikeReference(*vulkan, "input a:f32[" + a + "]\ninput B:f32[" + b + "]\n" + c + "Gemm(a, B, C){" + attributes + "} -> y\noutput y\n");
    }
  }
  for (const char* shapes : {"2,3,5,9|9,4", "3,1,5,9|2,9,4", "9|9,4", "5,9|9", "9|9", "1,1,9|4,9,66"}) {
    const std::string text = shapes;
    const std::size_t bar = text.find('|');
    expectVulkanLikeReference(*vulkan, "input a:f32[" + text.substr(0, bar) + "]\ninput b:f32[" + text.substr(bar + 1) + "]\nMatMul(a, b) -> y\noutput y\n");
  }
}

TEST(VulkanFloat, Pooling) {
  EW_REQUIRE_VULKAN(vulkan);
  for (const char* op : {"MaxPool", "AveragePool"}) {
    for (const char* attributes : {"kernel_shape=[2,3], strides=[2,1]", "kernel_shape=[3,3], strides=[2,2], pads=[1,0,1,1], ceil_mode=1",
                                   "kernel_shape=[3,2], auto_pad=\"SAME_LOWER\"", "kernel_shape=[2,2], pads=[1,1,0,0], count_include_pad=1, ceil_mode=1, strides=[2,2]"})
      expectVulkanLikeReference(*vulkan, std::string("input x:f32[2,3,10,9]\n") + op + "(x){" + attributes + "} -> y\noutput y\n");
    expectVulkanLikeReference(*vulkan, std::string("input x:f32[2,3,20]\n") + op + "(x){kernel_shape=[4], strides=[3], pads=[1,2]} -> y\noutput y\n");
    expectVulkanLikeReference(*vulkan, std::string("opset 19\ninput x:f32[1,3,12,9]\n") + op + "(x){kernel_shape=[3,2], dilations=[2,3]} -> y\noutput y\n");
    expectVulkanLikeReference(*vulkan, std::string("input x:f32[2,5,4,3,6]\nGlobal") + op + "(x) -> y\noutput y\n");
  }
}

TEST(VulkanFloat, FunctionsOfOneOperandKeepSpecialValues) {
  EW_REQUIRE_VULKAN(vulkan);
  constexpr float inf = std::numeric_limits<float>::infinity(), nan = std::numeric_limits<float>::quiet_NaN();
  std::vector<float> values{0.0F, -0.0F, 1e-6F, -1e-6F, 0.5F, -0.5F, 2.5F, -1.5F, 3.0F, -3.0F, 80.0F, -80.0F, 200.0F, -200.0F, inf, -inf, nan};
  for (int i = -60; i < 60; ++i) values.push_back(static_cast<float>(i) * 0.11F);
  const Tensor x = Tensor::vector(values);
  for (const char* op : {"Abs(x)", "Ceil(x)", "Elu(x){alpha=0.7}", "Exp(x)", "Floor(x)", "Gelu(x)", "Gelu(x){approximate=\"tanh\"}", "HardSigmoid(x){alpha=0.3}",
                         "HardSwish(x)", "LeakyRelu(x){alpha=0.2}", "Log(x)", "Mish(x)", "Neg(x)", "Reciprocal(x)", "Relu(x)", "Round(x)", "Sigmoid(x)",
                         "Sign(x)", "Softplus(x)", "Softsign(x)", "Sqrt(x)", "Tanh(x)", "Erf(x)"}) {
    // Magnitudes far apart would hide errors, so large ones come apart from small ones.
    const std::string text = "opset 20\ninput x:f32[" + number(x.size()) + "]\n" + op + " -> y\noutput y\n";
    std::vector<float> small(values);
    for (float& value : small)
      if (std::isfinite(value) && std::fabs(value) > 10) value = 1;
    const Graph graph = test::inferred(text);
    expectVulkanLikeReference(*vulkan, graph, {x}, text);
    expectVulkanLikeReference(*vulkan, graph, {Tensor::vector(small)}, text);
  }
}

TEST(VulkanFloat, BroadcastingUpToSixAxes) {
  EW_REQUIRE_VULKAN(vulkan);
  for (const char* op : {"Add", "Sub", "Mul", "Div"})
    for (const char* shapes : {"3,4|3,4", "3,4|4", "2,3,4|3,1", "2,1,3,1,2,1|1,4,1,5,1,3", "1|2,3", "5,1|1,70"}) {
      const std::string text = shapes;
      const std::size_t bar = text.find('|');
      expectVulkanLikeReference(*vulkan, "input a:f32[" + text.substr(0, bar) + "]\ninput b:f32[" + text.substr(bar + 1) + "]\n" + op + "(a, b) -> y\noutput y\n");
    }
}

TEST(VulkanFloat, SoftmaxAndBatchNormalization) {
  EW_REQUIRE_VULKAN(vulkan);
  for (const char* axis : {"-1", "0", "1", "2"}) {
    expectVulkanLikeReference(*vulkan, std::string("input x:f32[3,5,70]\nSoftmax(x){axis=") + axis + "} -> y\noutput y\n");
    expectVulkanLikeReference(*vulkan, std::string("opset 12\ninput x:f32[3,5,70]\nSoftmax(x){axis=") + axis + "} -> y\noutput y\n");
  }
  expectVulkanLikeReference(*vulkan, R"(
    input x:f32[2,5,3,4]
    g:f32[5] = random(1)
    b:f32[5] = random(2)
    m:f32[5] = random(3)
    v:f32[5] = {1,2,3,0.5,0.1}
    BatchNormalization(x, g, b, m, v){epsilon=0.01} -> n
    Sigmoid(n) -> y
    output y
    output n
  )");
}

TEST(VulkanFloat, MovesOfElements) {
  EW_REQUIRE_VULKAN(vulkan);
  for (const char* type : {"f32", "u8", "i8", "i32", "bool"}) {
    const std::string t = type;
    if (t != "i32") {  // random i32 inputs are no different
      for (const char* perm : {"[1,0,2,3]", "[3,2,1,0]", "[0,2,3,1]", "[0,1,2,3]"})
        expectVulkanLikeReference(*vulkan, "input x:" + t + "[2,3,4,5]\nTranspose(x){perm=" + perm + "} -> y\noutput y\n");
      for (const char* axis : {"0", "1", "2", "-1"})
        expectVulkanLikeReference(*vulkan, "input x:" + t + "[2,3,5]\ninput z:" + t + "[2,3,5]\nConcat(x, z, x){axis=" + axis + "} -> y\noutput y\n");
    }
    expectVulkanLikeReference(*vulkan, "input x:" + t + "[2,3,4]\ns:i64[2] = {6,-1}\nReshape(x, s) -> r\nFlatten(r){axis=0} -> y\nTranspose(r) -> z\noutput y\noutput z\n");
  }
  expectVulkanLikeReference(*vulkan, "input x:f32[2,3,4]\np:i64[6] = {1,0,2,0,2,-1}\nv:f32[] = {7.5}\nPad(x, p, v) -> y\noutput y\n");
  expectVulkanLikeReference(*vulkan, "input x:u8[2,3,4]\np:i64[6] = {0,-1,2,0,2,3}\nv:u8[] = {200}\nPad(x, p, v) -> y\noutput y\n");
  expectVulkanLikeReference(*vulkan, "opset 10\ninput x:f32[2,3]\nPad(x){pads=[1,1,0,2], value=3.0} -> y\noutput y\n");
}

TEST(VulkanFloat, MovesByATable) {
  EW_REQUIRE_VULKAN(vulkan);
  for (const char* type : {"f32", "u8", "i8"}) {
    const std::string input = std::string("input x:") + type + "[2,8,4,6]\n";
    for (const char* rest : {
             "b:i64[2] = {1,-1}\ne:i64[2] = {7,-7}\na:i64[2] = {1,3}\nt:i64[2] = {3,-2}\nSlice(x, b, e, a, t) -> y\noutput y\n",
             "s:i64[2] = {5,3}\nSplit(x, s){axis=1} -> y, z\noutput y\noutput z\n",
             "s:i64[5] = {3,1,1,1,1}\nExpand(x, s) -> y\noutput y\n",
             "r:i64[4] = {1,2,1,3}\nTile(x, r) -> y\noutput y\n",
             "DepthToSpace(x){blocksize=2} -> y\noutput y\n",
             "DepthToSpace(x){blocksize=2, mode=\"CRD\"} -> y\noutput y\n",
             "SpaceToDepth(x){blocksize=2} -> y\noutput y\n",
             "i:i64[3] = {2,-1,0}\nGather(x, i){axis=2} -> y\noutput y\n",
             "s:f32[4] = {1,1,2,1.5}\nr:f32[0] = zeros\nResize(x, r, s){mode=\"nearest\"} -> y\noutput y\n",
             "p:i64[8] = {0,1,2,3,0,2,1,0}\nPad(x, p){mode=\"reflect\"} -> y\noutput y\n",
             "p:i64[8] = {0,1,2,3,0,2,1,0}\nPad(x, p){mode=\"edge\"} -> y\noutput y\n"})
      expectVulkanLikeReference(*vulkan, input + rest);
  }
}

}  // namespace
}  // namespace ew
