// SPDX-License-Identifier: Apache-2.0
// What `inspect` says of an exported model is what it says of the original.
#include <gtest/gtest.h>

#include "core/analysis/analysis.h"
#include "core/onnx/onnx_file.h"
#include "tests/support/pool.h"
#include "tests/support/temporary_folder.h"

namespace ew {
namespace {

void expectSameFacts(const analysis::Summary& a, const analysis::Summary& b, const std::string& what) {
  EXPECT_EQ(a.totals.nodes, b.totals.nodes) << what;
  EXPECT_EQ(a.totals.parameters, b.totals.parameters) << what;
  EXPECT_EQ(a.totals.weightBytes, b.totals.weightBytes) << what;
  EXPECT_EQ(a.totals.macs, b.totals.macs) << what;
  EXPECT_EQ(a.totals.zeros, b.totals.zeros) << what;
  EXPECT_EQ(a.totals.activationPeakBytes, b.totals.activationPeakBytes) << what;
  EXPECT_EQ(a.warnings, b.warnings) << what;
  ASSERT_EQ(a.layers.size(), b.layers.size()) << what;
  for (std::size_t i = 0; i < a.layers.size(); ++i) {
    EXPECT_EQ(a.layers[i].name, b.layers[i].name) << what;
    EXPECT_EQ(a.layers[i].outputShape, b.layers[i].outputShape) << what << " " << a.layers[i].name;
    EXPECT_EQ(a.layers[i].zeros, b.layers[i].zeros) << what << " " << a.layers[i].name;
    EXPECT_EQ(a.layers[i].macs, b.layers[i].macs) << what << " " << a.layers[i].name;
    EXPECT_EQ(a.layers[i].weightPrecision, b.layers[i].weightPrecision) << what << " " << a.layers[i].name;
  }
}

TEST(ExportFacts, ModelsOfThePoolKeepAllFacts) {
  EW_REQUIRE_POOL(pool);
  const test::TemporaryFolder folder;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(pool / "models")) {
    if (entry.path().extension() != ".onnx") continue;
    const Result<onnx::Imported> original = onnx::importModel(entry.path());
    ASSERT_TRUE(original.ok()) << original.error().text();
    ASSERT_TRUE(onnx::exportModel(original->graph, folder / "again.onnx").ok());
    const Result<onnx::Imported> again = onnx::importModel(folder / "again.onnx");
    ASSERT_TRUE(again.ok()) << again.error().text();
    expectSameFacts(analysis::summarize(original->graph), analysis::summarize(again->graph), entry.path().string());
  }
}

}  // namespace
}  // namespace ew
