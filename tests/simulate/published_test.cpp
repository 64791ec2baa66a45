// SPDX-License-Identifier: Apache-2.0
// Predictions for real models against published measurements of the same models.
#include <gtest/gtest.h>

#include "core/graph/graph_edit.h"
#include "core/onnx/onnx_file.h"
#include "core/simulate/simulate.h"
#include "tests/support/pool.h"

namespace ew::simulate {
namespace {

struct Published {
  const char* model;
  const char* device;
  double latencyMs;
  const char* source;
};

constexpr Published published[] = {
    {"imagenet_squeezenet1.1_caffe.onnx", "raspberry-pi-4", 46.28, "ncnn benchmark, 4 threads, float32"},
    {"imagenet_squeezenet1.1_caffe.onnx", "raspberry-pi-4-single-thread", 73.35, "ncnn benchmark, 1 thread, float32"},
    {"imagenet_squeezenet1.1_caffe.onnx", "jetson-nano", 12.0, "ncnn benchmark, Vulkan"},
    {"imagenet_squeezenet1.1_caffe.onnx", "jetson-tx2-nx", 5.10, "ncnn benchmark, Vulkan"},
    {"imagenet_squeezenet1.1_caffe.onnx", "jetson-orin-nano", 5.05, "ncnn benchmark, Vulkan"},
    {"mlperf_tiny_ic_resnet8_fp32.onnx", "stm32h7a3", 124.2, "MLPerf Tiny v1.2, HALE float32"},
    {"mlperf_tiny_vww_mbv1_025_fp32.onnx", "stm32h7a3", 81.4, "MLPerf Tiny v1.2, HALE float32"},
};

/// The network of the ncnn benchmark pads its last 1x1 convolution by one pixel; the model of the pool does not.
Graph withPaddedClassifier(const Graph& graph) {
  GraphEdit edit(graph);
  NodeId last = kNone;
  for (const Node& node : graph.nodes())
    if (node.opType == "Conv") last = node.id;
  edit.mutableNode(last).attributes.set("pads", std::vector<std::int64_t>{1, 1, 1, 1});
  for (const Node& node : graph.nodes())
    for (const ValueId id : node.outputs) edit.mutableValue(id).shape.reset();
  return *std::move(edit).apply();
}

TEST(Published, LatenciesLieInTheErrorBars) {
  EW_REQUIRE_POOL(pool);
  for (const Published& row : published) {
    auto imported = onnx::importModel(pool / "models" / row.model);
    ASSERT_TRUE(imported.ok()) << imported.error().text();
    const auto profile = device::findProfile(row.device);
    ASSERT_TRUE(profile.ok()) << profile.error().text();
    const bool squeezenet = std::string_view(row.model).starts_with("imagenet");
    const auto report = simulate(squeezenet ? withPaddedClassifier(imported->graph) : imported->graph, *profile);
    ASSERT_TRUE(report.ok()) << report.error().text();
    std::printf("%-40s %-30s predicted %8.2f ms [%8.2f, %8.2f], published %8.2f\n", row.model, row.device,
                report->latencyMs.value, report->latencyMs.low, report->latencyMs.high, row.latencyMs);
    EXPECT_GE(row.latencyMs, report->latencyMs.low) << row.model << " on " << row.device;
    EXPECT_LE(row.latencyMs, report->latencyMs.high) << row.model << " on " << row.device;
  }
}

}  // namespace
}  // namespace ew::simulate
