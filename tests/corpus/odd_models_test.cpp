// SPDX-License-Identifier: Apache-2.0
// Real odd and broken files of other projects, against what is known of each: LIST.tsv of the pool says what should happen.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <fstream>
#include <map>
#include <set>

#include "core/analysis/analysis.h"
#include "core/base/text.h"
#include "core/onnx/onnx_file.h"
#include "core/ops/infer.h"
#include "core/run/runtime.h"
#include "tests/support/pool.h"

namespace ew {
namespace {

namespace fs = std::filesystem;

std::string lowerCase(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  return text;
}

/// What became of one file: everything that was said against it, and the graph when it opened.
struct Opening {
  std::optional<Graph> graph;
  std::string complaints;
  double seconds = 0;
};

Opening open(const fs::path& path) {
  const auto start = std::chrono::steady_clock::now();
  Opening out;
  const auto complain = [&](const std::string& text) { out.complaints += text + "\n"; };
  Result<onnx::Imported> imported = onnx::importModel(path);
  if (imported.ok()) {
    for (const std::string& warning : imported->warnings) complain(warning);
    Result<ops::Inference> inference = ops::inferShapes(imported->graph);
    if (!inference.ok()) complain(inference.error().text());
    else
      for (const std::string& warning : inference->warnings) complain(warning);
    out.graph = inference.ok() ? std::move(inference->graph) : std::move(imported->graph);
    for (const ops::Refusal& refusal : ops::findUnsupported(*out.graph)) complain(refusal.reason.text());
    (void)analysis::summarize(*out.graph);
  } else {
    complain(imported.error().text());
    EXPECT_NE(imported.error().code, ErrorCode::Internal) << path << ": " << imported.error().text();
    EXPECT_NE(imported.error().text().find(path.filename().string()), std::string::npos) << imported.error().text();
  }
  out.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return out;
}

/// File -> expected behaviour.
std::map<std::string, std::string> expectations(const fs::path& folder) {
  std::map<std::string, std::string> out;
  std::ifstream list(folder / "LIST.tsv");
  for (std::string line; std::getline(list, line);) {
    const std::vector<std::string> columns = split(line, '\t');
    if (columns.size() > 6 && columns[0].ends_with(".onnx")) out[columns[0]] = columns[6];
  }
  return out;
}

bool isReject(const std::string& file, const std::string& expected) {
  return expected.starts_with("reject") || file.ends_with("__reject.onnx");
}

/// Cases of a checker of lone nodes and tensors, put into a graph in which they mean nothing: the node reads what nothing
/// defines.
const std::set<std::string> meaningless{"onnx_unit/new_checker_test__test_check_node__ee694dc7__accept.onnx",
                                        "onnx_unit/old_checker_test__test_check_node__ee694dc7__accept.onnx"};

TEST(OddModels, EachOpensOrIsRefusedAsItsListSays) {
  EW_REQUIRE_POOL(pool);
  const auto expected = expectations(pool / "odd_models");
  ASSERT_GT(expected.size(), 1800U);
  double slowest = 0;
  for (const auto& [file, behaviour] : expected) {
    if (!fs::exists(pool / "odd_models" / file)) continue;
    const Opening opening = open(pool / "odd_models" / file);
    slowest = std::max(slowest, opening.seconds);
    EXPECT_LT(opening.seconds, 5) << file;
    if (isReject(file, behaviour)) {
      EXPECT_FALSE(opening.complaints.empty()) << file << " was taken without a word";
    }
    const bool mustOpen = file.ends_with("__accept.onnx") || behaviour == "open" || behaviour.starts_with("open + run") || behaviour.starts_with("open;");
    if (mustOpen && !meaningless.contains(file)) {
      EXPECT_TRUE(opening.graph.has_value()) << file << ": " << opening.complaints;
    }
    constexpr std::string_view naming = "reject naming ";
    if (behaviour.starts_with(naming)) {
      std::string name = behaviour.substr(naming.size(), behaviour.find(';') - naming.size());
      if (name == "it") name = "missing";
      EXPECT_NE(lowerCase(opening.complaints).find(lowerCase(name)), std::string::npos) << file << ": " << opening.complaints;
    }
  }
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::printf("%zu files, the slowest in %.2f s, peak RSS %ld MB\n", expected.size(), slowest, usage.ru_maxrss / 1024);
  EXPECT_LT(usage.ru_maxrss, 600L * 1024);
}

/// Those that should run do, on inputs made up here.
TEST(OddModels, WhatShouldRunRuns) {
  EW_REQUIRE_POOL(pool);
  int count = 0;
  const std::set<std::string> otherDomains{"onnx2c/treeensembleclassifier.onnx"};  // ai.onnx.ml: refused by name
  for (const auto& [file, behaviour] : expectations(pool / "odd_models")) {
    if (!behaviour.starts_with("open + run") && !behaviour.starts_with("run correctly")) continue;
    if (behaviour.find(" or ") != std::string::npos || otherDomains.contains(file)) continue;
    ++count;
    const Opening opening = open(pool / "odd_models" / file);
    ASSERT_TRUE(opening.graph.has_value()) << file << ": " << opening.complaints;
    Result<Runtime> runtime = Runtime::create(*opening.graph, BackendSet(), "reference");
    ASSERT_TRUE(runtime.ok()) << file << ": " << runtime.error().text();
    // One of them says nothing of its input's shape, which is a scalar.
    const bool isScalar = file == "ort/abs_0d_lostdim.onnx";
    const Result<std::vector<Tensor>> inputs = isScalar ? std::vector<Tensor>{Tensor::scalar(-3.0F)} : syntheticInputs(*opening.graph, 1, 1);
    ASSERT_TRUE(inputs.ok()) << file << ": " << inputs.error().text();
    const Result<std::vector<Tensor>> outputs = runtime->run(*inputs);
    ASSERT_TRUE(outputs.ok()) << file << ": " << outputs.error().text();
    EXPECT_TRUE(!isScalar || (*outputs)[0].equals(Tensor::scalar(3.0F)));
  }
  EXPECT_GT(count, 10);
}

}  // namespace
}  // namespace ew
