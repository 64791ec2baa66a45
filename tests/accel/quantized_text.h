// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace ew::test {

/// An initializer of `count` positive scales from a seed, for graphFromText.
inline std::string floatsText(const std::string& name, int count, unsigned seed, double step = 0.00001) {
  std::mt19937 engine(seed);
  std::string values;
  for (int i = 0; i < count; ++i) values += (i > 0 ? "," : "") + std::to_string(0.0005 + step * static_cast<double>(engine() % 1000));
  return name + ":f32[" + std::to_string(count) + "] = {" + values + "}\n";
}

/// Scales and zero points that the quantized graphs share; what a graph does not use is dropped.
inline const std::string scalars = R"(
  xs:f32[] = {0.02}
  xz:u8[] = {117}
  sz:i8[] = {-3}
  ys:f32[] = {0.05}
  yz:u8[] = {128}
  tiny:f32[] = {0.00001}
  huge:f32[] = {30000000}
  opset 17
  opset com.microsoft 1
  opset edgewright 1
)";

/// Runs each case in both modes of requantization, "float" and "fixed".
class InBothModes : public testing::TestWithParam<const char*> {
 protected:
  /// The attributes with the mode of this run added.
  std::string with(std::string attributes) const {
    const std::string mode = std::string("requantization=\"") + GetParam() + "\"";
    return "{" + (attributes.empty() ? mode : attributes + ", " + mode) + "}";
  }

  /// One of every kind of integer layer in a row, float at both ends.
  std::string wholeSmallNetwork() const {
    return scalars + R"(
    input x:f32[1,4,8,8]
    QuantizeLinear(x, xs, xz) -> q
    W:i8[8,4,3,3] = random(7)
    s:f32[] = {0.01}
    z:i8[] = {0}
    QLinearConv(q, xs, xz, W, s, z, ys, yz))" + with("pads=[1,1,1,1]") + R"( -> a
    MaxPool(a){kernel_shape=[2,2], strides=[2,2]} -> p
    T:u8[256] = range
    edgewright.QLookup(p, T) -> l
    com.microsoft.QLinearAdd(p, ys, yz, l, xs, xz, ys, yz))" + with("") + R"( -> sum
    com.microsoft.QLinearMul(sum, ys, yz, l, xs, xz, ys, yz))" + with("") + R"( -> m
    com.microsoft.QLinearConcat(ys, yz, m, xs, xz, sum, ys, yz))" + with("axis=1") + R"( -> c
    com.microsoft.QLinearGlobalAveragePool(c, ys, yz, xs, xz))" + with("channels_last=0") + R"( -> g
    Flatten(g) -> f
    V:i8[16,5] = random(9)
    QLinearMatMul(f, xs, xz, V, s, z, ys, yz))" + with("") + R"( -> r
    DequantizeLinear(r, ys, yz) -> y
    output y
  )";
  }
};

}  // namespace ew::test
