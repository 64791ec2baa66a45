// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstdio>
#include <random>

#include "tests/accel/cpu_support.h"

namespace ew {
namespace {

using test::expectSameAsReference;
using test::kernelsOf;

/// Writes the statements of a random integer layer; every choice comes from one seed.
class Writer {
 public:
  explicit Writer(unsigned seed) : random_(seed), powers_(seed % 3 == 0) {}

  int pick(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); }
  bool chance(int percent) { return pick(1, 100) <= percent; }
  const char* type() { return chance(50) ? "u8" : "i8"; }
  int zero(const std::string& type) { return chance(40) ? 0 : type == "u8" ? pick(0, 255) : pick(-128, 127); }

  /// `count` scales around `centre`, over two orders of magnitude; with every third seed powers of two, where many sums
  /// fall exactly between two bytes.
  std::string scales(int count, double centre) {
    std::string out;
    for (int i = 0; i < count; ++i) {
      char text[32];
      const double drawn = centre * std::exp(std::uniform_real_distribution<double>(-2.3, 2.3)(random_));
      std::snprintf(text, sizeof text, "%s%.9g", i == 0 ? "" : ",", powers_ ? std::exp2(std::round(std::log2(drawn))) : drawn);
      out += text;
    }
    return out;
  }
  std::string zeros(int count, const std::string& type, bool all) {
    std::string out;
    for (int i = 0; i < count; ++i) out += (i == 0 ? "" : ",") + std::to_string(all ? 0 : zero(type));
    return out;
  }
  std::string ints(int count, int reach) {
    std::string out;
    for (int i = 0; i < count; ++i) out += (i == 0 ? "" : ",") + std::to_string(pick(-reach, reach));
    return out;
  }
  /// A scale of results that makes ties frequent: the ratio of scales is about 2^-7.
  double outScale() const { return powers_ ? 0.012 : 0.3; }
  static std::string dim(int count) { return "[" + (count == 0 ? std::string() : std::to_string(count)) + "]"; }

 private:
  std::mt19937 random_;
  bool powers_;
};

std::string scalarParameter(Writer& w, const std::string& name, const std::string& type, double scale) {
  return name + "s:f32[] = {" + w.scales(1, scale) + "}\n" + name + "z:" + type + "[] = {" + w.zeros(1, type, false) + "}\n";
}

std::string convText(Writer& w) {
  const int rank = w.chance(70) ? 2 : w.pick(1, 3);
  const bool depthwise = w.chance(25);
  const int groups = depthwise ? w.pick(2, 40) : w.chance(25) ? w.pick(2, 4) : 1;
  const int inGroup = depthwise ? 1 : w.pick(1, 24), outGroup = depthwise ? 1 : w.pick(1, 24);
  const int filters = groups * outGroup;
  std::string x, kernel, strides, dilations, pads, padsEnd;
  for (int i = 0; i < rank; ++i) {
    const std::string comma = i == 0 ? "" : ",";
    x += "," + std::to_string(w.pick(rank == 3 ? 5 : 7, rank == 3 ? 7 : 14));
    kernel += "," + std::to_string(w.pick(1, 3));
    strides += comma + std::to_string(w.pick(1, 2));
    dilations += comma + std::to_string(w.chance(80) ? 1 : 2);
    pads += comma + std::to_string(w.pick(0, 1));
    padsEnd += "," + std::to_string(w.pick(0, 1));
  }
  const std::string xType = w.type(), wType = w.chance(70) ? "i8" : "u8", yType = w.type();
  const int perChannel = w.chance(60) ? filters : 0;
  std::string text = "input x:" + xType + "[" + std::to_string(w.pick(1, 2)) + "," + std::to_string(groups * inGroup) + x + "]\n" +
                     scalarParameter(w, "x", xType, 0.02) + scalarParameter(w, "y", yType, w.outScale()) +
                     "W:" + wType + "[" + std::to_string(filters) + "," + std::to_string(inGroup) + kernel + "] = random(" + std::to_string(w.pick(1, 999)) + ")\n" +
                     "ws:f32" + Writer::dim(perChannel) + " = {" + w.scales(std::max(1, perChannel), 0.005) + "}\n" +
                     "wz:" + wType + Writer::dim(perChannel) + " = {" + w.zeros(std::max(1, perChannel), wType, wType == "i8" && w.chance(70)) + "}\n";
  const bool bias = w.chance(60);
  if (bias) text += "B:i32[" + std::to_string(filters) + "] = {" + w.ints(filters, w.chance(60) ? 20000 : w.chance(50) ? 30000000 : 2000000000) + "}\n";
  return text + "QLinearConv(x, xs, xz, W, ws, wz, ys, yz" + (bias ? ", B" : "") + "){strides=[" + strides + "], dilations=[" + dilations +
         "], pads=[" + pads + padsEnd + "], group=" + std::to_string(groups) + (w.chance(20) ? ", requantization=\"fixed\"" : "") + "} -> y\noutput y\n";
}

TEST(CpuInt8, ConvolutionsGiveTheBytesOfTheReference) {
  for (unsigned seed = 0; seed < 150; ++seed) {
    Writer w(seed);
    expectSameAsReference(convText(w), seed);
    if (HasFailure()) return;
  }
}

TEST(CpuInt8, SumsBeyondTheExactFloatsStayExact) {
  const std::string head = R"(
    input x:u8[1,600,6,6]
    xs:f32[] = {0.02}
    xz:u8[] = {0}
    W:i8[8,600,3,3] = random(5)
    ws:f32[] = {0.0001}
    wz:i8[] = {0}
    ys:f32[] = {0.05}
    yz:u8[] = {7}
    B:i32[8] = {1,-1,3,16777217,-16777217,100000001,-5,7}
  )";
  expectSameAsReference(head + "QLinearConv(x, xs, xz, W, ws, wz, ys, yz, B) -> y\noutput y\n");
  expectSameAsReference(head + "QLinearConv(x, xs, xz, W, ws, wz, ys, yz) -> y\noutput y\n");
}

TEST(CpuInt8, ExtremeBytesDoNotSaturateInBetween) {
  // 255 * 127 twice is over 16 bits: what older processors lose.
  for (const char* weight : {"127", "-128"}) {
    std::string weights;
    for (int i = 0; i < 64; ++i) weights += (i == 0 ? "" : ",") + std::string(weight);
    expectSameAsReference("x:u8[1,64,1,1] = random(1)\ninput v:u8[1,64,3,3]\nxs:f32[] = {1}\nxz:u8[] = {0}\nW:i8[1,64,1,1] = {" + weights +
                          "}\nws:f32[] = {1}\nwz:i8[] = {0}\nys:f32[] = {9000}\nyz:i8[] = {-3}\nMax(v, x) -> m\n" +
                          "QLinearConv(m, xs, xz, W, ws, wz, ys, yz) -> y\noutput y\nopset 13\n");
  }
}

const std::string byteParameters = R"(
    xs:f32[] = {0.02}
    xz:u8[] = {117}
    ws:f32[] = {0.01}
    wz:i8[] = {0}
    ys:f32[] = {0.5}
    yz:u8[] = {100}
)";

TEST(CpuInt8, WeightsWithTheSameBytesAndAnotherShapeAreOtherWeights) {
  expectSameAsReference(byteParameters + R"(
    input x:u8[1,4,5,5]
    V:i8[8,4,1,1] = range
    W:i8[4,8,1,1] = range
    R:i8[4,4,1,2] = range
    C:i8[4,4,2,1] = range
    QLinearConv(x, xs, xz, V, ws, wz, ys, yz) -> a
    QLinearConv(a, ys, yz, W, ws, wz, xs, xz) -> b
    QLinearConv(b, xs, xz, R, ws, wz, xs, xz) -> c
    QLinearConv(c, xs, xz, C, ws, wz, ys, yz) -> y
    output y
  )");
  expectSameAsReference(byteParameters + R"(
    input x:u8[3,4]
    V:i8[4,8] = range
    W:i8[8,4] = range
    QLinearMatMul(x, xs, xz, V, ws, wz, ys, yz) -> a
    QLinearMatMul(a, ys, yz, W, ws, wz, xs, xz) -> y
    output y
  )");
}

TEST(CpuInt8, NegativePadsCutTheImage) {
  for (const char* const layer : {"W:i8[6,1,3,3] = random(2)\nQLinearConv(x, xs, xz, W, ws, wz, ys, yz){pads=[-1,-2,1,0],group=6} -> y",
                                  "W:i8[9,6,3,3] = random(2)\nQLinearConv(x, xs, xz, W, ws, wz, ys, yz){pads=[-1,-2,-1,1]} -> y"})
    expectSameAsReference(byteParameters + "input x:u8[2,6,9,11]\n" + layer + "\noutput y\n");
}

std::string productText(Writer& w, bool gemm) {
  const int m = w.pick(1, 9), k = w.pick(1, 90), n = w.pick(1, 40);
  const std::string aType = w.type(), bType = w.chance(70) ? "i8" : "u8", yType = w.type();
  const int perColumn = w.chance(50) ? n : 0;
  const bool transposed = gemm && w.chance(50);
  std::string text = "opset com.microsoft 1\ninput a:" + aType + (gemm ? "[" : "[2,") + std::to_string(m) + "," + std::to_string(k) + "]\n" +
                     scalarParameter(w, "a", aType, 0.02) + scalarParameter(w, "y", yType, w.outScale()) + "B:" + bType + "[" +
                     std::to_string(transposed ? n : k) + "," + std::to_string(transposed ? k : n) + "] = random(3)\n" +
                     "bs:f32" + Writer::dim(perColumn) + " = {" + w.scales(std::max(1, perColumn), 0.005) + "}\n" + "bz:" + bType +
                     Writer::dim(perColumn) + " = {" + w.zeros(std::max(1, perColumn), bType, bType == "i8" && w.chance(70)) + "}\n" + "C:i32[" +
                     std::to_string(n) + "] = {" + w.ints(n, 30000) + "}\n";
  const std::string fixed = w.chance(20) ? "requantization=\"fixed\"" : "";
  if (!gemm) return text + "QLinearMatMul(a, as, az, B, bs, bz, ys, yz){" + fixed + "} -> y\noutput y\n";
  return text + "com.microsoft.QGemm(a, as, az, B, bs, bz, " + (w.chance(60) ? "C" : "_") + ", ys, yz){transB=" + (transposed ? "1" : "0") +
         (fixed.empty() ? "" : ", " + fixed) + "} -> y\noutput y\n";
}

TEST(CpuInt8, ProductsGiveTheBytesOfTheReference) {
  for (unsigned seed = 0; seed < 80; ++seed) {
    Writer w(seed);
    expectSameAsReference(productText(w, seed % 2 == 0), seed);
    if (HasFailure()) return;
  }
}

TEST(CpuInt8, AdditionAndMultiplicationGiveTheBytesOfTheReference) {
  for (unsigned seed = 0; seed < 80; ++seed) {
    Writer w(seed);
    const std::string a = w.type(), b = w.type(), c = w.type();
    const char* const shapes[][2] = {{"[2,5,7,6]", "[2,5,7,6]"}, {"[2,5,7,6]", "[1]"}, {"[1,5,1,1]", "[2,5,7,6]"}, {"[300]", "[300]"}, {"[4,1,6]", "[3,1]"}};
    const auto& shape = shapes[w.pick(0, 4)];
    expectSameAsReference("opset com.microsoft 1\ninput a:" + a + shape[0] + "\ninput b:" + b + shape[1] + "\n" + scalarParameter(w, "a", a, 0.02) +
                              scalarParameter(w, "b", b, 0.02) + scalarParameter(w, "c", c, 0.04) + "com.microsoft." +
                              (seed % 2 == 0 ? "QLinearAdd" : "QLinearMul") + "(a, as, az, b, bs, bz, cs, cz) -> y\noutput y\n",
                          seed);
    if (HasFailure()) return;
  }
}

TEST(CpuInt8, PoolingAndConcatenationGiveTheBytesOfTheReference) {
  for (unsigned seed = 0; seed < 40; ++seed) {
    Writer w(seed);
    const std::string x = w.type(), y = w.type();
    const std::string head = "opset com.microsoft 1\ninput x:" + x + "[2,19,9,8]\n" + scalarParameter(w, "x", x, 0.02) + scalarParameter(w, "y", y, 0.02);
    expectSameAsReference(head + "com.microsoft.QLinearGlobalAveragePool(x, xs, xz, ys, yz) -> y\noutput y\n", seed);
    expectSameAsReference(head + "com.microsoft.QLinearAveragePool(x, xs, xz, ys, yz){kernel_shape=[3,2], strides=[2,1], pads=[1,0,1,1], count_include_pad=" +
                              (w.chance(50) ? "1" : "0") + ", ceil_mode=" + (w.chance(50) ? "1" : "0") + "} -> y\noutput y\n", seed);
    expectSameAsReference("opset com.microsoft 1\ninput a:" + y + "[2,3,4,5]\ninput b:" + y + "[2,7,4,5]\n" + scalarParameter(w, "a", y, 0.02) + scalarParameter(w, "b", y, 0.02) +
                              scalarParameter(w, "y", y, 0.02) + "com.microsoft.QLinearConcat(ys, yz, a, as, az, b, bs, bz){axis=1} -> y\noutput y\n", seed);
    if (HasFailure()) return;
  }
}

TEST(CpuInt8, QuantizeDequantizeAndLookup) {
  for (const char* type : {"u8", "i8"}) {
    const std::string t = type;
    expectSameAsReference("input x:f32[3,5,40]\ns:f32[] = {0.0173}\nz:" + t + "[] = {11}\nQuantizeLinear(x, s, z) -> q\nDequantizeLinear(q, s, z) -> y\noutput q\noutput y\n");
    expectSameAsReference("opset edgewright 1\ninput x:" + t + "[3,5,40]\nT:u8[256] = random(4)\nedgewright.QLookup(x, T) -> y\noutput y\n");
  }
}

/// Layers that stay channels-last between each other, with a residual that is read again.
const char* const network = R"(
  opset com.microsoft 1
  input f:f32[1,3,16,16]
  fs:f32[] = {0.03}
  fz:u8[] = {128}
  as:f32[] = {0.05}
  az:u8[] = {0}
  bs:f32[] = {0.08}
  bz:u8[] = {121}
  W:i8[16,3,3,3] = random(1)
  V:i8[16,16,3,3] = random(2)
  D:i8[16,1,3,3] = random(3)
  ws:f32[] = {0.004}
  wz:i8[] = {0}
  QuantizeLinear(f, fs, fz) -> x
  QLinearConv(x, fs, fz, W, ws, wz, as, az){pads=[1,1,1,1]} -> a
  QLinearConv(a, as, az, D, ws, wz, bs, bz){pads=[1,1,1,1], group=16} -> b
  com.microsoft.QLinearAdd(a, as, az, b, bs, bz, bs, bz) -> c
  QLinearConv(c, bs, bz, V, ws, wz, as, az){pads=[1,1,1,1], strides=[2,2]} -> d
  MaxPool(d){kernel_shape=[2,2], strides=[2,2]} -> e
  com.microsoft.QLinearGlobalAveragePool(e, as, az, as, az) -> g
  Flatten(g) -> h
  DequantizeLinear(h, as, az) -> y
  output y
  output c
)";

TEST(CpuInt8, ANetworkGivesTheBytesOfTheReferenceWithAnyNumberOfThreads) {
  for (const int threads : {1, 2, 3}) {
    CompileOptions options;
    options.threads = threads;
    expectSameAsReference(network, 5, options, 0);
  }
  EXPECT_EQ(kernelsOf(network).find("reference"), std::string::npos) << kernelsOf(network);
}

}  // namespace
}  // namespace ew
