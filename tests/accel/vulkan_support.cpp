// SPDX-License-Identifier: Apache-2.0
#include "tests/accel/vulkan_support.h"

#include "core/run/reference_backend.h"
#include "tests/accel/cpu_support.h"

namespace ew::test {

void expectVulkanLikeReference(const Backend& vulkan, const Graph& graph, const std::vector<Tensor>& inputs, const std::string& what, double tolerance) {
  for (const Node& node : graph.nodes()) {
    const auto reason = vulkan.refusal(graph, node);
    ASSERT_FALSE(reason) << node.name << ": " << reason->text() << "\n" << what;
  }
  const std::vector<Tensor> expected = runOn(*makeReferenceBackend(), graph, inputs);
  const std::vector<Tensor> actual = runOn(vulkan, graph, inputs);
  ASSERT_EQ(expected.size(), actual.size()) << what;
  for (std::size_t i = 0; i < expected.size(); ++i) expectClose(expected[i], actual[i], tolerance, "output " + std::to_string(i) + " of\n" + what);
}

void expectVulkanLikeReference(const Backend& vulkan, const std::string& text, unsigned seed, double tolerance) {
  const Graph graph = inferred(text);
  expectVulkanLikeReference(vulkan, graph, randomInputs(graph, seed), text, tolerance);
}

}  // namespace ew::test
