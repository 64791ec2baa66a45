// SPDX-License-Identifier: Apache-2.0
// Integer layers give the same bytes as the reference operators, in both modes of requantization.
#include <cstdlib>
#include <limits>
#include <random>

#include "accel/vulkan/vulkan_backend.h"
#include "tests/accel/cpu_support.h"
#include "tests/accel/quantized_text.h"
#include "tests/accel/vulkan_support.h"

namespace ew {
namespace {

using test::expectVulkanLikeReference;
using test::floatsText;
using test::scalars;

class VulkanBytes : public test::InBothModes {};

TEST_P(VulkanBytes, Convolutions) {
  EW_REQUIRE_VULKAN(vulkan);
  for (const char* x : {"u8[2,6,9,7]", "i8[2,6,9,7]"}) {
    const std::string zero = x[0] == 'u' ? "xz" : "sz";
    const std::string conv = scalars + floatsText("ws", 12, 3) + "input x:" + x + R"(
      W:i8[12,6,3,3] = random(5)
      wz:i8[12] = {0,1,-2,3,0,0,5,-7,0,1,2,-1}
      B:i32[12] = {-500,3,7,900,-1200,0,44,-5,16,7,90,1}
      QLinearConv(x, xs, )" + zero + ", W, ws, wz, ys, " + zero + ", B)";
    for (const char* attributes : {"pads=[1,1,1,1]", "strides=[2,2], pads=[0,1,2,1]", "dilations=[2,2]", "auto_pad=\"SAME_UPPER\", strides=[2,1]"})
      expectVulkanLikeReference(*vulkan, conv + with(attributes) + " -> y\noutput y\n");
  }
}

TEST_P(VulkanBytes, GroupedAndDepthwiseConvolutions) {
  EW_REQUIRE_VULKAN(vulkan);
  expectVulkanLikeReference(*vulkan, scalars + floatsText("ws", 12, 4) + R"(
    input x:u8[1,6,8,8]
    W:i8[12,2,3,3] = random(5)
    wz:i8[12] = zeros
    QLinearConv(x, xs, xz, W, ws, wz, ys, yz))" + with("group=3, pads=[1,1,1,1]") + " -> y\noutput y\n");
  for (const char* filters : {"6", "12"})
    expectVulkanLikeReference(*vulkan, scalars + R"(
      input x:i8[2,6,8,8]
      W:u8[)" + filters + R"(,1,3,3] = random(6)
      QLinearConv(x, xs, sz, W, xs, yz, ys, yz))" + with("group=6, pads=[1,1,1,1], strides=[2,2]") + " -> y\noutput y\n");
}

TEST_P(VulkanBytes, SumsAndMultipliersAtTheirExtremes) {
  EW_REQUIRE_VULKAN(vulkan);
  // Sums up to 2^31 that wrap, and ratios of scales from 1e-13 to 1e12.
  for (const char* scales : {"xs, xz, W, xs, sz, tiny", "tiny, xz, W, tiny, sz, huge", "huge, xz, W, xs, sz, tiny", "huge, xz, W, huge, sz, tiny", "tiny, xz, W, xs, sz, ys"})
    expectVulkanLikeReference(*vulkan, scalars + R"(
      input x:u8[1,300,3,3]
      W:i8[9,300,1,1] = random(2)
      B:i32[9] = {2147483647,-2147483648,2147480000,-2147480000,0,1,-1,1073741824,-65}
      QLinearConv(x, )" + scales + ", yz, B)" + with("") + " -> y\noutput y\n");
}

TEST_P(VulkanBytes, SumsHalfwayBetweenTwoBytes) {
  EW_REQUIRE_VULKAN(vulkan);
  expectVulkanLikeReference(*vulkan, scalars + R"(
    input x:u8[1,20,7,7]
    W:i8[40,20,1,1] = random(2)
    half:f32[] = {0.125}
    QLinearConv(x, half, xz, W, half, sz, half, yz))" + with("") + R"( -> y
    com.microsoft.QLinearAdd(y, half, yz, y, half, xz, xs, yz))" + with("") + R"( -> z
    W2:u8[1,20,1,1] = ones
    one:f32[] = {1}
    zero:u8[] = {0}
    QLinearConv(x, one, xz, W2, half, zero, one, yz))" + with("") + R"( -> u
    output y
    output z
    output u
  )");
}

TEST_P(VulkanBytes, OneSpatialAxis) {
  EW_REQUIRE_VULKAN(vulkan);
  expectVulkanLikeReference(*vulkan, scalars + R"(
    input x:u8[1,5,33]
    W:u8[7,5,4] = random(2)
    QLinearConv(x, xs, xz, W, xs, yz, ys, yz))" + with("pads=[2,1]") + " -> y\noutput y\n");
}

TEST_P(VulkanBytes, MatrixProducts) {
  EW_REQUIRE_VULKAN(vulkan);
  expectVulkanLikeReference(*vulkan, scalars + floatsText("bs", 13, 8) + R"(
    input a:u8[2,3,7,21]
    b:i8[21,13] = random(4)
    bz:i8[13] = {0,1,-2,3,0,0,5,-7,0,1,2,-1,9}
    QLinearMatMul(a, xs, xz, b, bs, bz, ys, yz))" + with("") + " -> y\noutput y\n");
  expectVulkanLikeReference(*vulkan, scalars + R"(
    input a:i8[2,5,9]
    input b:u8[2,9,4]
    QLinearMatMul(a, xs, sz, b, xs, yz, ys, sz))" + with("") + " -> y\noutput y\n");
}

TEST_P(VulkanBytes, Gemm) {
  EW_REQUIRE_VULKAN(vulkan);
  const std::string gemm = scalars + floatsText("bs", 10, 8) + R"(
    input a:u8[4,37]
    b:i8[10,37] = random(4)
    bz:i8[10] = {0,1,-2,3,0,0,5,-7,0,1}
    C:i32[10] = {5,-900,1,2,3,4,10000,-7,8,9}
    com.microsoft.QGemm(a, xs, xz, b, bs, bz, C)";
  expectVulkanLikeReference(*vulkan, gemm + ", ys, yz)" + with("transB=1, alpha=0.75") + " -> y\noutput y\n");
  expectVulkanLikeReference(*vulkan, gemm + ")" + with("transB=1") + " -> y\noutput y\n", 1, 0);
}

TEST_P(VulkanBytes, SumsAndProductsThatBroadcast) {
  EW_REQUIRE_VULKAN(vulkan);
  for (const char* op : {"QLinearAdd", "QLinearMul"}) {
    for (const char* shapes : {"u8[2,3,256]|u8[2,3,256]", "u8[4,3,70]|u8[3,1]", "u8[1,256]|u8[256,1]"}) {
      const std::string text = shapes;
      const std::size_t bar = text.find('|');
      for (const char* scales : {"a, xs, xz, b, ys, yz, xs, yz", "a, ys, yz, b, xs, xz, tiny, xz", "a, tiny, xz, b, huge, yz, ys, xz", "a, xs, xz, b, xs, yz, huge, yz"})
        expectVulkanLikeReference(*vulkan, scalars + "input a:" + text.substr(0, bar) + "\ninput b:" + text.substr(bar + 1) + "\ncom.microsoft." + op + "(" + scales + ")" +
                                               with("") + " -> y\noutput y\n");
    }
    expectVulkanLikeReference(*vulkan, scalars + "input a:i8[5,70]\ninput b:i8[70]\ncom.microsoft." + op + "(a, xs, sz, b, ys, sz, xs, sz)" + with("") + " -> y\noutput y\n");
  }
}

TEST_P(VulkanBytes, PoolingAndConcatenation) {
  EW_REQUIRE_VULKAN(vulkan);
  for (const char* attributes : {"kernel_shape=[2,2], strides=[2,2]", "kernel_shape=[3,3], pads=[1,1,1,1]", "kernel_shape=[3,3], pads=[1,1,1,1], count_include_pad=1, strides=[2,2]"})
    expectVulkanLikeReference(*vulkan, scalars + "input x:u8[2,3,9,8]\ncom.microsoft.QLinearAveragePool(x, xs, xz, ys, yz)" + with(attributes) + " -> y\noutput y\n");
  expectVulkanLikeReference(*vulkan, scalars + "input x:i8[2,3,9,8]\ncom.microsoft.QLinearGlobalAveragePool(x, ys, sz, xs, sz)" + with("channels_last=0") + " -> y\noutput y\n");
  for (const char* type : {"u8", "i8"})
    expectVulkanLikeReference(*vulkan, std::string("input x:") + type + "[2,3,9,8]\nMaxPool(x){kernel_shape=[3,2], pads=[1,1,1,0], strides=[2,1]} -> y\noutput y\n");
  for (const char* axis : {"0", "1", "-1"})
    expectVulkanLikeReference(*vulkan, scalars + "input a:u8[2,3,5]\ninput b:u8[2,3,5]\ncom.microsoft.QLinearConcat(ys, yz, a, xs, xz, b, ys, yz)" +
                                           with(std::string("axis=") + axis) + " -> y\noutput y\n");
}

TEST_P(VulkanBytes, AWholeSmallNetwork) {
  EW_REQUIRE_VULKAN(vulkan);
  expectVulkanLikeReference(*vulkan, wholeSmallNetwork(), 1, 0);
}

INSTANTIATE_TEST_SUITE_P(Modes, VulkanBytes, testing::Values("float", "fixed"), [](const auto& mode) { return std::string(mode.param); });

TEST(VulkanByteFunctions, FunctionsOfOneByte) {
  EW_REQUIRE_VULKAN(vulkan);
  expectVulkanLikeReference(*vulkan, scalars + R"(
    input x:u8[7,256]
    input s:i8[5,64]
    T:i8[256] = random(3)
    low:i8[] = {-20}
    high:i8[] = {33}
    edgewright.QLookup(x, T) -> a
    com.microsoft.QLinearSigmoid(x, ys, yz, xs, xz) -> b
    com.microsoft.QLinearLeakyRelu(s, ys, sz, xs, sz){alpha=0.3} -> c
    Relu(s) -> d
    Clip(s, low, high) -> e
    output a
    output b
    output c
    output d
    output e
  )");
  expectVulkanLikeReference(*vulkan, scalars + "input s:i8[5,64]\nDequantizeLinear(s, tiny, sz) -> y\noutput y\n", 1, 0);
}

TEST(VulkanByteFunctions, QuantizationRoundsTheQuotientAsIeeeDoes) {
  EW_REQUIRE_VULKAN(vulkan);
  constexpr float inf = std::numeric_limits<float>::infinity(), denormal = std::numeric_limits<float>::denorm_min();
  std::mt19937 random(5);
  for (const char* scale : {"0.1", "0.3", "0.0078431", "3", "1e-30", "1e30", "1e-44", "0.25", "16777216"}) {
    const float step = std::strtof(scale, nullptr);
    std::vector<float> values{0.0F, -0.0F, inf, -inf, std::numeric_limits<float>::quiet_NaN(), denormal, -denormal, 3.4e38F, -3.4e38F, 1e-40F};
    for (int i = -260; i < 260; ++i) {
      const float tie = (static_cast<float>(i) + 0.5F) * step;  // and its neighbours, where one unit decides
      for (const float value : {tie, std::nextafter(tie, inf), std::nextafter(tie, -inf), static_cast<float>(i) * step}) values.push_back(value);
    }
    for (int i = 0; i < 500; ++i) values.push_back(static_cast<float>(static_cast<int>(random() % 20001) - 10000) * 0.03F * step);
    for (const char* type : {"u8", "i8"}) {
      const std::string text = "input x:f32[" + std::to_string(values.size()) + "]\ns:f32[] = {" + scale + "}\nz:" + type + "[] = {7}\nQuantizeLinear(x, s, z) -> y\noutput y\n";
      expectVulkanLikeReference(*vulkan, test::inferred(text), {Tensor::vector(values)}, text);
    }
  }
}

}  // namespace
}  // namespace ew
