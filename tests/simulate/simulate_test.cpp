// SPDX-License-Identifier: Apache-2.0
#include "core/simulate/simulate.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>

#include "tests/support/graph_text.h"

namespace ew::simulate {
namespace {

device::Sourced exact(double value) { return {value, 0, "design: test"}; }

device::Profile plainDevice() {
  device::Profile profile;
  profile.id = "plain";
  profile.kind = "cpu";
  profile.precisions = {"float32", "int8"};
  profile.macsPerSecond["float32"] = exact(1e9);
  profile.macsPerSecond["int8"] = exact(4e9);
  profile.memoryBytesPerSecond = exact(1e9);
  profile.layerOverheadSeconds = exact(1e-6);
  return profile;
}

const FitVerdict* verdict(const Report& report, const std::string& resource) {
  for (const FitVerdict& one : report.verdicts)
    if (one.resource == resource) return &one;
  return nullptr;
}

Report mustSimulate(const Graph& graph, const device::Profile& profile) {
  Result<Report> report = simulate(graph, profile);
  EXPECT_TRUE(report.ok()) << report.error().text();
  return report.ok() ? *report : Report();
}

Graph convThenFullyConnected() {
  return test::graphFromText(R"(
    input x:f32[N,16,10,10]
    W:f32[16,16,5,5] = random(1)
    Conv(x, W){pads=[2,2,2,2]} -> c
    Relu(c) -> r
    Flatten(r) -> f
    V:f32[1600,100] = random(2)
    MatMul(f, V) -> y
    output y
  )");
}

TEST(Simulate, RooflineOfTwoLayersByHand) {
  const Report report = mustSimulate(convThenFullyConnected(), plainDevice());
  ASSERT_EQ(report.layers.size(), 3U);  // Flatten is a view
  const LayerReport& conv = report.layers[0];
  const LayerReport& relu = report.layers[1];
  const LayerReport& product = report.layers[2];
  // conv: 100 outputs * 16 * 16 * 25 MACs at 1e9/s; 4 * (1600 + 1600 + 6400) bytes at 1e9/s would take 0.0384 ms
  EXPECT_EQ(conv.macs, 640000);
  EXPECT_EQ(conv.bytes, 4 * (1600 + 1600 + 6400));
  EXPECT_NEAR(conv.latencyMs.value, 0.640 + 0.001, 1e-9);
  EXPECT_EQ(conv.bound, "compute");
  EXPECT_EQ(relu.bound, "fused");
  EXPECT_EQ(relu.latencyMs.value, 0);
  // product: 160000 MACs take 0.16 ms, 4 * (1600 + 160000 + 100) bytes take 0.6468 ms
  EXPECT_NEAR(product.latencyMs.value, 0.6468 + 0.001, 1e-9);
  EXPECT_EQ(product.bound, "memory");
  EXPECT_NEAR(report.latencyMs.value, 0.641 + 0.6478, 1e-9);
  EXPECT_EQ(report.latencyMs.low, report.latencyMs.high);
  EXPECT_EQ(report.flashBytes, 4 * (6400 + 160000));
  EXPECT_TRUE(report.fits);
}

TEST(Simulate, SpecialRatesApplyToTheirLayers) {
  device::Profile profile = plainDevice();
  profile.memoryBytesPerSecond.reset();
  profile.layerOverheadSeconds.reset();
  profile.depthwiseMacsPerSecond["float32"] = exact(1e6);
  profile.conv3x3MacsPerSecond["float32"] = exact(2e6);
  profile.fewChannelMacsPerSecond["float32"] = exact(4e6);
  const Report report = mustSimulate(test::graphFromText(R"(
    input x:f32[1,3,8,8]
    A:f32[16,3,3,3] = random(1)
    Conv(x, A){pads=[1,1,1,1]} -> a
    B:f32[16,1,3,3] = random(2)
    Conv(a, B){pads=[1,1,1,1], group=16} -> b
    C:f32[16,16,3,3] = random(3)
    Conv(b, C){pads=[1,1,1,1]} -> c
    D:f32[16,16,3,3] = random(3)
    Conv(c, D){pads=[1,1,1,1], strides=[2,2]} -> d
    output d
  )"), profile);
  ASSERT_EQ(report.layers.size(), 4U);
  EXPECT_NEAR(report.layers[0].latencyMs.value, 64 * 16 * 27 / 4e3, 1e-9);
  EXPECT_NEAR(report.layers[1].latencyMs.value, 64 * 16 * 9 / 1e3, 1e-9);
  EXPECT_NEAR(report.layers[2].latencyMs.value, 64 * 16 * 144 / 2e3, 1e-9);
  EXPECT_NEAR(report.layers[3].latencyMs.value, 16 * 16 * 144 / 1e6, 1e-9);
}

TEST(Simulate, ErrorBarsFollowWhatBindsEachLayer) {
  device::Profile profile = plainDevice();
  profile.layerOverheadSeconds.reset();
  profile.macsPerSecond["float32"].relativeError = 0.1;
  profile.memoryBytesPerSecond->relativeError = 0.2;
  const Report report = mustSimulate(convThenFullyConnected(), profile);
  const double sigma = std::sqrt(0.064 * 0.064 + 0.12936 * 0.12936);
  EXPECT_NEAR(report.latencyMs.high - report.latencyMs.value, 1.959964 * sigma, 1e-6);
  EXPECT_NEAR(report.layers[0].latencyMs.high, 0.64 * (1 + 0.1959964), 1e-6);
}

TEST(Simulate, EnergyComesFromWattsOrIsUnknown) {
  device::Profile profile = plainDevice();
  Report report = mustSimulate(convThenFullyConnected(), profile);
  EXPECT_FALSE(report.energyMj.known);
  EXPECT_EQ(report.energyMj.source, "the profile has neither active_watts nor picojoule_per_mac_float32");
  profile.activeWatts = exact(5);
  report = mustSimulate(convThenFullyConnected(), profile);
  EXPECT_NEAR(report.energyMj.value, 5 * report.latencyMs.value, 1e-9);
  profile.activeWatts.reset();
  profile.picojoulePerMacFloat = exact(10);
  profile.picojoulePerByte = exact(100);
  report = mustSimulate(convThenFullyConnected(), profile);
  EXPECT_NEAR(report.energyMj.value, 1e-9 * (10 * 800000 + 100 * (38400 + 646800)), 1e-12);
}

TEST(Simulate, TooLittleMemoryIsSaidInNumbers) {
  device::Profile profile = plainDevice();
  profile.ramBytes = 4 * 1024;
  profile.flashBytes = 1 << 20;
  const Report report = mustSimulate(convThenFullyConnected(), profile);
  EXPECT_FALSE(report.fits);
  const FitVerdict* ram = verdict(report, "ram");
  ASSERT_NE(ram, nullptr);
  EXPECT_EQ(ram->needed, 12800);  // input and output of the convolution
  EXPECT_FALSE(ram->fits);
  EXPECT_EQ(ram->text, "needs 8.50 KB more RAM (12.5 KB of 4.00 KB)");
  EXPECT_TRUE(verdict(report, "flash")->fits);
}

Graph quantized() {
  return test::graphFromText(R"(
    input x:f32[1,16,10,10]
    s:f32[] = {0.1}
    z:i8[] = {0}
    W:i8[16,16,5,5] = random(1)
    QuantizeLinear(x, s, z) -> xq
    DequantizeLinear(xq, s, z) -> xd
    DequantizeLinear(W, s, z) -> wd
    Conv(xd, wd){pads=[2,2,2,2]} -> c
    QuantizeLinear(c, s, z) -> cq
    DequantizeLinear(cq, s, z) -> y
    output y
  )");
}

const LayerReport* layerOf(const Report& report, const std::string& name) {
  for (const LayerReport& layer : report.layers)
    if (layer.name == name) return &layer;
  return nullptr;
}

TEST(Simulate, QdqLayersRunInInt8) {
  const Report report = mustSimulate(quantized(), plainDevice());
  const LayerReport* conv = layerOf(report, "Conv_c");
  ASSERT_NE(conv, nullptr);
  EXPECT_EQ(conv->precision, "int8");
  EXPECT_EQ(conv->bytes, 1600 + 1600 + 6400);
  EXPECT_NEAR(conv->latencyMs.value, 640000 / 4e6 + 0.001, 1e-9);
  EXPECT_EQ(report.flashBytes, 6400);
}

TEST(Simulate, WithoutInt8TheFallbackIsSaid) {
  device::Profile profile = plainDevice();
  profile.precisions = {"float32"};
  const Report report = mustSimulate(quantized(), profile);
  const LayerReport* conv = layerOf(report, "Conv_c");
  ASSERT_NE(conv, nullptr);
  EXPECT_EQ(conv->precision, "float32");
  EXPECT_NEAR(conv->latencyMs.value, 0.640 + 0.001, 1e-9);
  EXPECT_NE(conv->latencyMs.source.find("no native int8"), std::string::npos);
  EXPECT_EQ(verdict(report, "precision")->text, "1 layer in int8 at float32 speed: the device has no int8 arithmetic");
}

device::Profile arrayDevice() {
  device::Profile profile;
  profile.id = "array";
  profile.kind = "fpga";
  profile.precisions = {"int8"};
  profile.systolic = device::SystolicArray{32, 16, 100, "ws", 1000, 1 << 20, "array", {1, 0.1, "design: test"}};
  return profile;
}

TEST(Simulate, ArraysAreCountedInCycles) {
  const Report report = mustSimulate(quantized(), arrayDevice());
  const LayerReport* conv = layerOf(report, "Conv_c");
  ASSERT_NE(conv, nullptr);
  // k = 400: 13 row folds, one column fold, 2 * 32 + 16 + 100 - 2 cycles each
  EXPECT_EQ(conv->cycles, 13 * 178);
  EXPECT_NEAR(conv->latencyMs.value, 13 * 178 / 1e5, 1e-9);
  EXPECT_NEAR(conv->latencyMs.high, 13 * 178 / 1e5 * 1.1959964, 1e-6);
  EXPECT_NEAR(conv->utilization, 640000.0 / (32 * 16 * 13 * 178), 1e-9);
  EXPECT_TRUE(report.latencyMs.known);
}

TEST(Simulate, FloatLayersDoNotRunOnAnArray) {
  const Report report = mustSimulate(convThenFullyConnected(), arrayDevice());
  EXPECT_FALSE(report.latencyMs.known);
  EXPECT_FALSE(report.fits);
  EXPECT_EQ(verdict(report, "precision")->text, "2 layers in float32, the device computes in int8 only");
}

TEST(Simulate, UnknownOperatorsAreNotSilent) {
  const Report report = mustSimulate(test::graphFromText(R"(
    input x:f32[1,4]
    my.domain.Mystery(x) -> y
    output y
    opset my.domain 1
  )"), plainDevice());
  EXPECT_FALSE(report.fits);
  EXPECT_EQ(verdict(report, "operators")->text, "1 layer of unknown cost, not counted: Mystery");
}

TEST(Simulate, TwoHundredLayersTakeMilliseconds) {
  std::string text = "input v0:f32[1,16,8,8]\nW:f32[16,16,3,3] = random(1)\n";
  for (int i = 0; i < 100; ++i) {
    const std::string n = std::to_string(i), next = std::to_string(i + 1);
    text += "Conv(v" + n + ", W){pads=[1,1,1,1]} -> c" + n + "\nRelu(c" + n + ") -> v" + next + "\n";
  }
  const Graph graph = test::graphFromText(text + "output v100\n");
  const device::Profile profile = plainDevice();
  double fastest = 1e9;
  for (int i = 0; i < 5; ++i) {
    const auto start = std::chrono::steady_clock::now();
    (void)mustSimulate(graph, profile);
    fastest = std::min(fastest, std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
  }
  RecordProperty("milliseconds", std::to_string(fastest));
  EXPECT_LT(fastest, 20.0);  // about 1 ms when nothing else runs
}

}  // namespace
}  // namespace ew::simulate
