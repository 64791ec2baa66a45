// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/recipe/runner.h"

namespace ew::bundle {

/// What goes into a bundle (architecture, section 9).
struct BundleContent {
  const Graph& original;
  const Graph& optimized;
  const Graph* optimizedFloat = nullptr;   ///< the state before quantization, when there was one
  const recipe::Recipe& recipe;
  std::string recipeText;
  const recipe::Judgement& originalJudgement;
  const recipe::Judgement& optimizedJudgement;
  std::vector<transform::NodeVerdict> verdicts;
  std::vector<recipe::GateResult> gates;
};

/// Writes a deterministic zip (sorted names, fixed times) whole or not at all. Measured latencies stay out of it.
/// Returns the files that it holds.
Result<std::vector<std::string>> writeBundle(const std::filesystem::path& path, const BundleContent& content,
                                             const BackendSet& backends, Progress& progress);

struct VerifyReport { std::vector<std::string> files; std::int64_t vectors = 0; double maxRelativeError = 0; };
/// Checks every hash and replays the golden vectors. Differs names the first file or vector that does not match.
Result<VerifyReport> verifyBundle(const std::filesystem::path& path, const BackendSet& backends, Progress& progress);

}  // namespace ew::bundle
