// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/data/dataset.h"
#include "core/ops/freeze.h"

namespace ew::recipe {

/// One step as written: its name and options, kept as JSON so that a step can be stored, shown and compared.
struct Step {
  std::string name;               ///< fold | prune | quantize
  nlohmann::json options = nlohmann::json::object();
  bool enabled = true;
  std::string note;
};

/// Upper limits by name; gateNames() lists what can be limited.
struct Gates { std::map<std::string, double> limits; };
const std::vector<std::string>& gateNames();

struct ExportSpec { std::filesystem::path bundle; std::vector<std::string> formats{"onnx"}; };

/// A project: an original model that is never modified, an ordered list of steps, the data, a device (architecture,
/// section 8). Paths are resolved against the recipe's folder.
struct Recipe {
  std::filesystem::path file, model;
  ops::FixedShapes shapes;        ///< fixed before the first step: extents of inputs, or of symbols
  std::optional<data::DataSpec> calibration, evaluation;
  std::string device = "local", backend = "cpu";
  std::uint64_t seed = 0;
  std::vector<Step> steps;
  Gates gates;
  std::optional<ExportSpec> exportSpec;
};

/// YAML or JSON. Unknown keys are Invalid and name the key, its line and the nearest known one; step options are
/// checked here too.
Result<Recipe> parseRecipe(const std::string& text, const std::filesystem::path& file);
Result<Recipe> loadRecipe(const std::filesystem::path& file);
/// YAML that parses back to the same recipe, paths relative to `folder` where they lie inside it.
std::string toYaml(const Recipe& recipe, const std::filesystem::path& folder);
/// `name: {options}` as --step takes it.
Result<Step> parseStep(const std::string& text);

}  // namespace ew::recipe
