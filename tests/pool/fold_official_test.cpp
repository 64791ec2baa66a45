// SPDX-License-Identifier: Apache-2.0
// Folding changes no result of the official operator cases, among them the bodies of functions written out.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "core/analysis/recorded.h"
#include "core/onnx/onnx_file.h"
#include "core/ops/op.h"
#include "core/transform/fold/fold.h"
#include "tests/support/pool.h"

namespace ew {
namespace {

namespace fs = std::filesystem;

struct Counts {
  int compared = 0, changed = 0;
};

bool isRandom(const Graph& graph) {
  return std::any_of(graph.nodes().begin(), graph.nodes().end(), [&](const Node& node) {
    const ops::Lookup found = ops::findOp(graph, node);
    return found.def != nullptr && !found.def->deterministic;
  });
}

Result<std::vector<Tensor>> outputsOf(const Graph& graph, const std::vector<Tensor>& inputs) {
  EW_ASSIGN(Runtime runtime, Runtime::create(graph, BackendSet(), "reference"));
  return runtime.run(inputs);
}

void compareCase(const fs::path& folder, Counts& counts) {
  const auto imported = onnx::importModel(folder / "model.onnx");
  if (!imported.ok() || isRandom(imported->graph)) return;
  const auto data = onnx::readTestData(imported->graph, folder / "test_data_set_0");
  const auto before = data.ok() ? outputsOf(imported->graph, data->inputs) : Result<std::vector<Tensor>>(unsupported("no data"));
  if (!before.ok()) return;
  NoProgress progress;
  auto pass = transform::fold(imported->graph, {}, progress);
  ASSERT_TRUE(pass.ok()) << folder << ": " << pass.error().text();
  const bool changed = std::any_of(pass->verdicts.begin(), pass->verdicts.end(), [](const auto& verdict) { return verdict.verdict != "kept"; });
  const auto folded = transform::applyEdit(*pass);
  ASSERT_TRUE(folded.ok()) << folder << ": " << folded.error().text();
  const auto after = outputsOf(*folded, data->inputs);
  ASSERT_TRUE(after.ok()) << folder << ": " << after.error().text();
  ASSERT_EQ(before->size(), after->size()) << folder;
  for (std::size_t i = 0; i < before->size(); ++i)
    EXPECT_EQ(analysis::compareTensors((*after)[i], (*before)[i], {1e-5, 1e-6}).difference, "") << folder << " output " << i;
  ++counts.compared;
  counts.changed += changed ? 1 : 0;
}

Counts compareSuite(const fs::path& suite) {
  Counts counts;
  for (const fs::directory_entry& entry : fs::directory_iterator(suite))
    if (fs::exists(entry.path() / "model.onnx") && fs::exists(entry.path() / "test_data_set_0")) compareCase(entry.path(), counts);
  std::printf("%s: %d compared, %d of them folded\n", suite.filename().c_str(), counts.compared, counts.changed);
  return counts;
}

TEST(FoldOfficial, CasesOfTheOperatorsGiveTheSame) {
  const fs::path data = "/usr/share/libonnx-testdata/data";
  if (!fs::exists(data)) GTEST_SKIP() << "the package libonnx-testdata is not installed";
  EXPECT_GT(compareSuite(data / "node").changed, 20);
  for (const char* suite : {"pytorch-converted", "pytorch-operator", "simple"}) compareSuite(data / suite);
}

TEST(FoldOfficial, CasesOfNewOperatorsGiveTheSame) {
  EW_REQUIRE_POOL(pool);
  EXPECT_GT(compareSuite(pool / "odd_models" / "onnx_new_nodes").compared, 400);
}

}  // namespace
}  // namespace ew
