// SPDX-License-Identifier: Apache-2.0
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "core/base/file.h"
#include "core/onnx/onnx_file.h"
#include "tests/onnx/graph_equal.h"
#include "tests/onnx/normal_form.h"
#include "tests/support/graph_text.h"
#include "tests/support/pool.h"

namespace ew {
namespace {

namespace fs = std::filesystem;

const fs::path officialTests = "/usr/share/libonnx-testdata/data";

std::vector<fs::path> modelsBelow(const fs::path& folder) {
  std::vector<fs::path> found;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.path().extension() == ".onnx") found.push_back(entry.path());
  std::sort(found.begin(), found.end());
  return found;
}

Graph opened(const fs::path& path) {
  Result<onnx::Imported> result = onnx::importModel(path);
  EXPECT_TRUE(result.ok()) << result.error().text();
  return result.ok() ? std::move(result->graph) : Graph();
}

void expectRoundTrip(const Graph& graph, const std::string& what) {
  const Result<std::string> bytes = onnx::exportBytes(graph);
  ASSERT_TRUE(bytes.ok()) << what << ": " << bytes.error().text();
  const Result<onnx::Imported> again = onnx::importBytes(*bytes, ".");
  ASSERT_TRUE(again.ok()) << what << ": " << again.error().text();
  EXPECT_EQ(test::firstDifference(graph, again->graph), "") << what;
  EXPECT_EQ(*bytes, *onnx::exportBytes(again->graph)) << what << ": export is not deterministic";
}

TEST(RoundTrip, AGraphMadeHereComesBackEqual) {
  const Graph graph = test::graphFromText(R"(
    opset 13
    opset com.microsoft 1
    input x:f32[N,3,8,8]
    W:f32[4,3,3,3] = random(7)
    Conv(x, W, _){strides=[2,2], pads=[1,1,1,1], alpha=0.5, auto_pad="NOTSET"} -> c
    com.microsoft.Own(c) -> y, _
    output y:f32[N,4,4,4]
  )");
  expectRoundTrip(graph, "text");
}

TEST(RoundTrip, OfficialTestModelsComeBackEqual) {
  if (!fs::is_directory(officialTests)) GTEST_SKIP() << "libonnx-testdata is not installed";
  for (const fs::path& path : modelsBelow(officialTests)) expectRoundTrip(opened(path), path.string());
}

TEST(RoundTrip, OfficialTestModelsKeepTheirMeaningAsMessages) {
  if (!fs::is_directory(officialTests)) GTEST_SKIP() << "libonnx-testdata is not installed";
  for (const fs::path& path : modelsBelow(officialTests)) {
    ::onnx::ModelProto before, after;
    ASSERT_TRUE(before.ParseFromString(*readFile(path)));
    ASSERT_TRUE(after.ParseFromString(*onnx::exportBytes(opened(path))));
    test::toNormalForm(before);
    test::toNormalForm(after);
    google::protobuf::util::MessageDifferencer differencer;
    std::string report;
    differencer.ReportDifferencesToString(&report);
    EXPECT_TRUE(differencer.Compare(before, after)) << path << "\n" << report.substr(0, 1000);
  }
}

TEST(RoundTrip, ModelsOfThePoolComeBackEqual) {
  EW_REQUIRE_POOL(pool);
  for (const fs::path& path : modelsBelow(pool / "models")) expectRoundTrip(opened(path), path.string());
}

/// No signal, no hang, and what opens can be written and opened again.
TEST(RoundTrip, OddFilesOpenOrAreRefused) {
  EW_REQUIRE_POOL(pool);
  int openedCount = 0, refused = 0;
  for (const fs::path& path : modelsBelow(pool / "odd_models")) {
    const Result<onnx::Imported> result = onnx::importModel(path);
    ++(result.ok() ? openedCount : refused);
    if (result.ok())
      expectRoundTrip(result->graph, path.string());
    else
      EXPECT_NE(result.error().code, ErrorCode::Internal) << result.error().text();
  }
  EXPECT_GT(openedCount, 1700);
  EXPECT_GT(refused, 50);
}

}  // namespace
}  // namespace ew
