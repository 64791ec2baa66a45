// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstdlib>
#include <map>
#include <thread>

#include "accel/vulkan/vulkan_backend.h"
#include "core/onnx/onnx_file.h"
#include "core/ops/infer.h"
#include "core/run/reference_backend.h"
#include "tests/accel/cpu_support.h"
#include "tests/accel/vulkan_support.h"
#include "tests/support/graph_text.h"

namespace ew {
namespace {

std::optional<ReasonCode> refusalOf(const Backend& backend, const std::string& text) {
  const Graph graph = test::inferred(text);
  const auto reason = backend.refusal(graph, graph.nodes().back());
  return reason ? std::optional(reason->code) : std::nullopt;
}

TEST(VulkanBackend, SaysWhyItRefuses) {
  EW_REQUIRE_VULKAN(vulkan);
  EXPECT_EQ(refusalOf(*vulkan, "input x:f32[2,3]\nLpNormalization(x) -> y\noutput y\n"), ReasonCode::OperatorNotOnBackend);
  EXPECT_EQ(refusalOf(*vulkan, "input x:f32[2,3]\nNoSuchOperator(x) -> y\noutput y\n"), ReasonCode::OperatorUnknown);
  EXPECT_EQ(refusalOf(*vulkan, "input x:f32[N,3]\nRelu(x) -> y\noutput y\n"), ReasonCode::ShapeUnknown);
  EXPECT_EQ(refusalOf(*vulkan, "input x:f64[2,3]\nRelu(x) -> y\noutput y\n"), ReasonCode::TypeNotSupported);
  EXPECT_EQ(refusalOf(*vulkan, "input x:i16[2,3]\nAbs(x) -> y\noutput y\n"), ReasonCode::TypeNotSupported);
  EXPECT_EQ(refusalOf(*vulkan, "input x:f32[0,3]\nRelu(x) -> y\noutput y\n"), ReasonCode::TooSmall);
  EXPECT_EQ(refusalOf(*vulkan, "input x:f32[8192,8192,80]\nRelu(x) -> y\noutput y\n"), ReasonCode::TooLarge);
  EXPECT_EQ(refusalOf(*vulkan, "input x:f32[1,2,4,4]\ninput w:f32[3,2,1,1]\nConv(x, w) -> y\noutput y\n"), ReasonCode::WeightsNotConstant);
  EXPECT_EQ(refusalOf(*vulkan, "input x:f32[1,2,4,4,4]\nw:f32[3,2,1,1,1] = ones\nConv(x, w) -> y\noutput y\n"), ReasonCode::RankNotSupported);
  EXPECT_EQ(refusalOf(*vulkan, "input x:f32[2,3]\np:f32[2] = {2,2}\nResize(x, _, p){mode=\"linear\"} -> y\noutput y\n"), ReasonCode::AttributeNotSupported);
  EXPECT_EQ(refusalOf(*vulkan, "input x:f32[1,2,4,4]\nMaxPool(x){kernel_shape=[2,2]} -> y, i\noutput y\noutput i\n"), ReasonCode::AttributeNotSupported);
  EXPECT_EQ(refusalOf(*vulkan, "input x:f32[2,3]\ninput l:f32[]\nClip(x, l) -> y\noutput y\n"), ReasonCode::AttributeNotSupported);
}

TEST(VulkanBackend, DoesNotCompileWhatItRefuses) {
  EW_REQUIRE_VULKAN(vulkan);
  NoProgress progress;
  const auto executable = vulkan->compile(test::inferred("input x:f32[2,3]\nn: LpNormalization(x) -> y\noutput y\n"), {}, progress);
  ASSERT_FALSE(executable.ok());
  EXPECT_EQ(executable.error().code, ErrorCode::Unsupported);
  EXPECT_NE(executable.error().text().find("'n'"), std::string::npos);
}

TEST(VulkanBackend, RefusesInputsOfOtherShapes) {
  EW_REQUIRE_VULKAN(vulkan);
  NoProgress progress;
  Observer silent;
  auto executable = vulkan->compile(test::inferred("input x:f32[2,3]\nRelu(x) -> y\noutput y\n"), {}, progress);
  ASSERT_TRUE(executable.ok()) << executable.error().text();
  EXPECT_FALSE((*executable)->run(std::vector{Tensor::zeros(DType::f32, {3, 2})}, silent).ok());
  EXPECT_FALSE((*executable)->run(std::vector{Tensor::zeros(DType::u8, {2, 3})}, silent).ok());
  EXPECT_FALSE((*executable)->run({}, silent).ok());
}

// In a process of its own, since a device that was found stays.
TEST(VulkanBackendDeathTest, IsUnavailableWhereThereIsNoDriver) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_EXIT(
      {
        setenv("VK_ICD_FILENAMES", "/nonexistent/driver.json", 1);
        setenv("VK_DRIVER_FILES", "/nonexistent/driver.json", 1);
        const auto vulkan = makeVulkanBackend();
        const Status status = vulkan->available();
        const Graph graph = test::inferred("input x:f32[2]\nRelu(x) -> y\noutput y\n");
        NoProgress progress;
        const bool right = !status.ok() && status.error().code == ErrorCode::Unavailable && !status.error().message.empty() &&
                           !vulkan->refusal(graph, graph.nodes()[0]) && !vulkan->compile(graph, {}, progress).ok() && !vulkan->description().empty();
        std::exit(right ? 0 : 1);
      },
      testing::ExitedWithCode(0), "");
}

TEST(VulkanBackend, CanBeAskedFromSeveralThreadsAtOnce) {
  EW_REQUIRE_VULKAN(vulkan);
  const Graph graph = test::inferred("input x:f32[2,300]\nRelu(x) -> a\nSigmoid(a) -> y\noutput y\n");
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < 4; ++i)
    threads.emplace_back([&, i] { test::expectVulkanLikeReference(*vulkan, graph, test::randomInputs(graph, i), "thread"); });
  for (std::thread& thread : threads) thread.join();
}

/// The sample network with a batch of two.
Graph sampleNetwork() {
  const auto imported = onnx::importModel(std::string(EW_SOURCE_DIR) + "/resources/samples/fashion.onnx");
  if (!imported.ok()) {
    ADD_FAILURE() << imported.error().text();
    return {};
  }
  ops::InferOptions options;
  options.dynamicDefault = 2;
  auto inference = ops::inferShapes(imported->graph, options);
  if (!inference.ok()) {
    ADD_FAILURE() << inference.error().text();
    return {};
  }
  return inference->graph;
}

TEST(VulkanBackend, RunsTheSampleNetwork) {
  EW_REQUIRE_VULKAN(vulkan);
  const Graph graph = sampleNetwork();
  test::expectVulkanLikeReference(*vulkan, graph, test::randomInputs(graph, 3), "fashion.onnx");
}

TEST(VulkanBackend, GivesATimeForEveryNode) {
  EW_REQUIRE_VULKAN(vulkan);
  const Graph graph = sampleNetwork();
  TraceObserver observer;
  test::runOn(*vulkan, graph, test::randomInputs(graph, 3), {}, &observer);
  std::map<NodeId, int> seen;
  double total = 0;
  for (const NodeTrace& entry : observer.trace.nodes) {
    ++seen[entry.node];
    for (const NodeId id : entry.fused) ++seen[id];
    EXPECT_EQ(entry.backend, "vulkan");
    EXPECT_GT(entry.bytes, 0U);
    if (entry.kernel == "view") continue;
    EXPECT_NE(entry.kernel.find(".comp"), std::string::npos);
    EXPECT_GT(entry.milliseconds, 0) << entry.kernel;
    total += entry.milliseconds;
  }
  EXPECT_GT(total, 0);
  for (const Node& node : graph.nodes()) EXPECT_EQ(seen[node.id], 1) << node.name;
}

/// Keeps what it is told.
class Recorder final : public Observer {
 public:
  void onValue(ValueId id, const Tensor& tensor) override { values[id] = tensor; }
  std::map<ValueId, Tensor> values;
};

TEST(VulkanBackend, ReportsEveryValueThatIsObserved) {
  EW_REQUIRE_VULKAN(vulkan);
  const Graph graph = sampleNetwork();
  const std::vector<Tensor> inputs = test::randomInputs(graph, 3);
  CompileOptions options;
  options.observeAll = true;
  Recorder expected, actual;
  test::runOn(*makeReferenceBackend(), graph, inputs, options, &expected);
  test::runOn(*vulkan, graph, inputs, options, &actual);
  ASSERT_EQ(actual.values.size(), expected.values.size());
  for (const auto& [id, tensor] : expected.values) test::expectClose(tensor, actual.values[id], 1e-4, graph.value(id).name);
}

TEST(VulkanBackend, ComputesConstantsOnce) {
  EW_REQUIRE_VULKAN(vulkan);
  const std::string text = R"(
    input x:f32[1,3,2]
    w:i8[3,2] = random(1)
    s:f32[3] = {0.1,0.2,0.3}
    z:i8[3] = zeros
    DequantizeLinear(w, s, z){axis=0} -> W
    Add(x, W) -> y
    output y
    output W
  )";
  test::expectVulkanLikeReference(*vulkan, text);
}

}  // namespace
}  // namespace ew
