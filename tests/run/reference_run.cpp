// SPDX-License-Identifier: Apache-2.0
#include "tests/run/reference_run.h"

#include <gtest/gtest.h>

#include "core/ops/infer.h"
#include "core/run/reference_backend.h"
#include "tests/support/graph_text.h"

namespace ew::test {

Graph inferred(const std::string& text) {
  Result<ops::Inference> inference = ops::inferShapes(graphFromText(text));
  EXPECT_TRUE(inference.ok()) << (inference.ok() ? "" : inference.error().text());
  return std::move(inference->graph);
}

std::vector<Tensor> runReference(const Graph& graph, const std::vector<Tensor>& inputs) {
  NoProgress progress;
  auto executable = makeReferenceBackend()->compile(graph, {}, progress);
  EXPECT_TRUE(executable.ok()) << (executable.ok() ? "" : executable.error().text());
  Observer silent;
  auto outputs = (*executable)->run(inputs, silent);
  EXPECT_TRUE(outputs.ok()) << (outputs.ok() ? "" : outputs.error().text());
  return *outputs;
}

std::string operatorsOf(const Graph& graph) {
  std::string all;
  for (const Node& node : graph.nodes()) all += (all.empty() ? "" : " ") + node.opType;
  return all;
}

}  // namespace ew::test
