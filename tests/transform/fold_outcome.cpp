// SPDX-License-Identifier: Apache-2.0
#include "tests/transform/fold_outcome.h"

#include <gtest/gtest.h>

#include "tests/transform/run_graph.h"

namespace ew::test {

FoldOutcome foldKeeping(const Graph& before, double tolerance, const transform::FoldOptions& options) {
  NoProgress progress;
  auto pass = transform::fold(before, options, progress);
  FoldOutcome out;
  if (!pass.ok()) {
    ADD_FAILURE() << pass.error().text();
    return out;
  }
  out.verdicts = pass->verdicts;
  out.graph = applied(std::move(pass));
  for (const Node& node : out.graph.nodes()) out.operators.push_back(node.opType);
  const std::vector<Tensor> inputs = randomInputs(before, 3);
  EXPECT_LT(relativeDifference(runGraph(before, inputs), runGraph(out.graph, inputs)), tolerance);
  return out;
}

}  // namespace ew::test
