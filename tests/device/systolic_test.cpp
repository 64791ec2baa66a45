// SPDX-License-Identifier: Apache-2.0
#include "core/device/systolic.h"

#include <gtest/gtest.h>

#include "core/device/matrix_work.h"
#include "tests/support/graph_text.h"

namespace ew::device {
namespace {

SystolicArray array32(const std::string& dataflow) {
  SystolicArray array;
  array.rows = array.columns = 32;
  array.clockMhz = 100;
  array.dataflow = dataflow;
  return array;
}

/// Layers as SCALE-Sim 2 sees them (m counts its output pixels: ceil((in - filter + stride) / stride) squared), and the
/// "Total Cycles" column of its compute report for a 32x32 array. SCALE-Sim numbers cycles from 0, so the column
/// is one less than their count.
struct Row {
  const char* name;
  std::int64_t m, k, n;
  std::int64_t weightStationary, outputStationary;
};
constexpr Row scaleSim[] = {
    {"conv1 7x7/2 3->64", 113 * 113, 147, 64, 128629, 167199},
    {"conv2 3x3 64->64", 56 * 56, 576, 64, 116279, 125047},
    {"conv4 3x3 256->256", 14 * 14, 2304, 256, 167039, 132495},
    {"alex3 3x3 256->384", 13 * 13, 2304, 384, 227231, 170351},
    {"conv3 3x3/2 64->128", 29 * 29, 576, 128, 67319, 68903},
    {"fc 512->1000", 1, 512, 1000, 48639, 18367},
    {"conv5 3x3 512->512", 7 * 7, 4608, 512, 329471, 149439},
    {"1x1/2 64->128", 29 * 29, 64, 128, 7479, 13607},
    {"one depthwise channel", 7 * 7, 9, 1, 142, 141},
};

TEST(Systolic, CyclesAreThoseOfScaleSim) {
  for (const Row& row : scaleSim) {
    const MatrixWork work{row.m, row.k, row.n, 1, 0, 0, 0};
    EXPECT_EQ(systolicCycles(work, array32("ws")).compute - 1, row.weightStationary) << row.name;
    EXPECT_EQ(systolicCycles(work, array32("os")).compute - 1, row.outputStationary) << row.name;
  }
}

TEST(Systolic, UtilizationIsMacsOverSlots) {
  const MatrixWork work{100, 64, 32, 1, 0, 0, 0};
  // two row folds of 2 * 32 + 32 + 100 - 2 cycles
  const SystolicCycles cycles = systolicCycles(work, array32("ws"));
  EXPECT_EQ(cycles.total, 2 * 194);
  EXPECT_DOUBLE_EQ(cycles.utilization, 100.0 * 64 * 32 / (32.0 * 32 * 2 * 194));
}

TEST(Systolic, TransfersLimitWhenTheyTakeLonger) {
  SystolicArray array = array32("ws");
  array.dmaBytesPerCycle = 4;
  array.bufferBytes = 1000;
  MatrixWork work{8, 32, 64, 1, 1000, 2048, 512};
  EXPECT_EQ(systolicCycles(work, array).memory, (1000 + 2048 + 512) / 4);
  work.inputBytes = 1200;  // does not fit: read once for each of the two column folds
  EXPECT_EQ(systolicCycles(work, array).memory, (2 * 1200 + 2048 + 512) / 4);
  EXPECT_EQ(systolicCycles(work, array).total, systolicCycles(work, array).memory);
}

TEST(Systolic, DepthwiseLayersUseOneMacAColumn) {
  SystolicArray array = array32("os");
  const MatrixWork work{49, 9, 1, 64, 0, 0, 0};
  EXPECT_EQ(systolicCycles(work, array).compute, 64 * 2 * (32 + 32 + 9 - 2));
  array.depthwise = "columns";
  EXPECT_EQ(systolicCycles(work, array).compute, 49 * 64 / 32 * 9);
}

TEST(Systolic, HugeExtentsDoNotOverflow) {
  const MatrixWork work{INT64_C(1) << 40, INT64_C(1) << 40, INT64_C(1) << 40, 1 << 20, 1, 1, 1};
  EXPECT_GT(systolicCycles(work, array32("ws")).total, 0);
}

TEST(Systolic, ANodeTakesTheCyclesOfItsProductOrItsElements) {
  const Graph graph = test::graphFromText(R"(
    input x:u8[1,8,8,8]
    MaxPool(x){kernel_shape=[2,2], strides=[2,2]} -> p
    Flatten(p) -> f
    output p:u8[1,8,4,4]
    output f:u8[1,128]
  )");
  SystolicArray array = array32("ws");
  EXPECT_EQ(arrayCycles(graph, *graph.nodeNamed("MaxPool_p"), array).total, 512 / 32);
  EXPECT_EQ(arrayCycles(graph, *graph.nodeNamed("Flatten_f"), array).total, 0);
  array.dmaBytesPerCycle = 4;
  EXPECT_EQ(arrayCycles(graph, *graph.nodeNamed("MaxPool_p"), array).total, (512 + 128) / 4);
}

TEST(MatrixWork, ShapesOfLayersAreFound) {
  const Graph graph = test::graphFromText(R"(
    input x:u8[1,6,8,8]
    xs:f32[] = {0.5}
    xz:u8[] = {3}
    W:i8[4,3,3,3] = random(1)
    B:i32[4] = zeros
    QLinearConv(x, xs, xz, W, xs, xz, xs, xz, B){group=2, pads=[1,1,1,1]} -> y
    a:f32[5,7] = random(2)
    b:f32[9,7] = random(3)
    Gemm(a, b){transB=1} -> g
    output y:u8[1,4,8,8]
    output g:f32[5,9]
  )");
  const auto conv = matrixWork(graph, *graph.nodeNamed("QLinearConv_y"));
  ASSERT_TRUE(conv);
  EXPECT_EQ((std::vector{conv->m, conv->k, conv->n, conv->groups}), (std::vector<std::int64_t>{64, 27, 2, 2}));
  EXPECT_EQ(conv->inputBytes, 6 * 64);
  EXPECT_EQ(conv->weightBytes, 4 * 27 + 4 * 4);
  EXPECT_EQ(conv->outputBytes, 4 * 64);
  const auto gemm = matrixWork(graph, *graph.nodeNamed("Gemm_g"));
  ASSERT_TRUE(gemm);
  EXPECT_EQ((std::vector{gemm->m, gemm->k, gemm->n}), (std::vector<std::int64_t>{5, 7, 9}));
}

}  // namespace
}  // namespace ew::device
