// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "accel/backends.h"
#include "core/base/zip.h"
#include "core/bundle/bundle.h"
#include "tests/support/process.h"
#include "tests/support/temporary_folder.h"

namespace ew {
namespace {

namespace fs = std::filesystem;

/// A copy of the sample in a folder of its own, with its recipe run there.
struct SampleRun {
  test::TemporaryFolder folder;
  test::ProcessResult process;
  fs::path bundle;

  explicit SampleRun(const std::vector<std::string>& options = {}, const std::vector<std::pair<std::string, std::string>>& environment = {}) {
    for (const char* name : {"fashion.onnx", "fashion.npz", "fashion.yaml"})
      fs::copy_file(fs::path(EW_SOURCE_DIR) / "resources" / "samples" / name, folder / name);
    std::vector<std::string> argv{EW_PROGRAM, "--batch", "fashion.yaml", "--json"};
    argv.insert(argv.end(), options.begin(), options.end());
    process = test::runProcess(argv, folder.path(), environment);
    bundle = folder / "out/fashion.ewb";
  }
};

const SampleRun& firstRun() {
  static const SampleRun run;
  return run;
}

Result<bundle::VerifyReport> verified(const fs::path& file) {
  NoProgress progress;
  return bundle::verifyBundle(file, allBackends(), progress);
}

TEST(SampleRecipe, MeetsItsGatesAndWritesNothingButTheBundle) {
  const SampleRun& run = firstRun();
  ASSERT_EQ(run.process.exitCode, 0) << run.process.err;
  EXPECT_EQ(run.folder.files(), (std::vector<std::string>{"fashion.npz", "fashion.onnx", "fashion.yaml", "out/fashion.ewb"}));
  const auto json = nlohmann::json::parse(run.process.out);
  EXPECT_EQ(json["outputs"], nlohmann::json::array({"out/fashion.ewb"}));
  for (const auto& gate : json["gates"]) EXPECT_TRUE(gate["met"].get<bool>()) << gate;
  EXPECT_EQ(json["gates"].size(), 3U);
  const double before = json["original"]["metrics"]["top1"]["value"], after = json["optimized"]["metrics"]["top1"]["value"];
  EXPECT_NEAR(before, 93.4, 0.2);  // 934 of 1000, counted with ONNX Runtime (resources/samples/README.md)
  EXPECT_LE(before - after, 1.0);
  // 103,674 trained parameters in float32; what is left of them takes a byte each, and scales.
  EXPECT_GE(json["original"]["totals"]["weight_bytes"].get<int>(), 4 * 103'674);
  EXPECT_LE(json["optimized"]["totals"]["weight_bytes"].get<int>(), 81'920);
}

TEST(SampleRecipe, BundleVerifies) {
  const Result<bundle::VerifyReport> report = verified(firstRun().bundle);
  ASSERT_TRUE(report.ok()) << report.error().text();
  EXPECT_EQ(report->vectors, 4);
  EXPECT_EQ(report->maxRelativeError, 0);
}

TEST(SampleRecipe, BundleHasTheSameBytesInEveryRunThreadCountLocaleAndTimeZone) {
  const std::string expected = test::contentOf(firstRun().bundle);
  ASSERT_FALSE(expected.empty());
  const SampleRun oneThread({"--threads", "1"}, {{"TZ", "Asia/Kathmandu"}});
  EXPECT_EQ(oneThread.process.exitCode, 0) << oneThread.process.err;
  EXPECT_TRUE(expected == test::contentOf(oneThread.bundle)) << "1 thread";
  const SampleRun twoThreads({"--threads", "2"}, {{"LC_ALL", "C.UTF-8"}, {"TZ", "UTC"}});
  EXPECT_EQ(twoThreads.process.exitCode, 0) << twoThreads.process.err;
  EXPECT_TRUE(expected == test::contentOf(twoThreads.bundle)) << "2 threads";
}

TEST(SampleRecipe, OneChangedByteOfTheModelIsFound) {
  ZipFiles files = *unpackZip(test::contentOf(firstRun().bundle));
  std::string& model = files.at("model.onnx");
  model[model.size() / 2] = static_cast<char>(model[model.size() / 2] ^ 1);
  const test::TemporaryFolder folder;
  const Result<bundle::VerifyReport> report = verified(folder.write("changed.ewb", *packZip(files)));
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().code, ErrorCode::Differs);
  EXPECT_NE(report.error().text().find("'model.onnx': SHA-256"), std::string::npos) << report.error().text();
}

}  // namespace
}  // namespace ew
