// SPDX-License-Identifier: Apache-2.0
#include "core/recipe/recipe.h"

#include <algorithm>
#include <limits>

#include "core/base/file.h"
#include "core/base/object_reader.h"
#include "core/base/text.h"
#include "core/data/yaml_json.h"
#include "core/recipe/steps.h"

namespace ew::recipe {
namespace {

namespace fs = std::filesystem;
constexpr std::int64_t maxRecipeBytes = 4 << 20;

const std::vector<std::string> backendIds{"reference", "cpu", "vulkan", "fpga"};
const std::vector<std::string> exportFormats{"onnx"};

/// A step is a map with one key, its name, and beside it `enabled` and `note`.
Result<Step> readStep(const nlohmann::json& json, const std::string& pointer) {
  if (!json.is_object() || json.empty()) return invalid("a step is `name: {options}`").at(pointer);
  Step step;
  for (const auto& [key, value] : json.items()) {
    if (key == "enabled" || key == "note") continue;
    if (!step.name.empty()) return invalid("a step has one name, not both " + inQuotes(step.name) + " and " + inQuotes(key)).at(pointer);
    step.name = key;
    if (!value.is_null()) step.options = value;
  }
  const StepKind* kind = findStepKind(step.name);
  if (kind == nullptr) {
    std::vector<std::string> names;
    for (const StepKind& known : stepKinds()) names.emplace_back(known.name);
    return invalid("unknown step " + inQuotes(step.name) + "; known are " + join(names, ", ")).at(pointer + "/" + step.name);
  }
  if (json.contains("enabled")) {
    if (!json["enabled"].is_boolean()) return invalid("key 'enabled' must be true or false").at(pointer + "/enabled");
    step.enabled = json["enabled"].get<bool>();
  }
  if (json.contains("note")) {
    if (!json["note"].is_string()) return invalid("key 'note' must be text").at(pointer + "/note");
    step.note = json["note"].get<std::string>();
  }
  Status checked = kind->check(step.options);
  if (!checked.ok()) {
    // The option's own pointer continues the step's.
    Error error = checked.error();
    const std::string inner = error.where.empty() ? "" : error.where.front();
    error.where = {pointer + "/" + step.name + inner};
    return error;
  }
  return step;
}

Status readData(const nlohmann::json& json, const fs::path& folder, Recipe& recipe) {
  ObjectReader reader(json, "/data");
  for (const auto& [key, target] : {std::pair{"calibration", &recipe.calibration}, std::pair{"evaluation", &recipe.evaluation}}) {
    const nlohmann::json* child = reader.child(key);
    if (child == nullptr) continue;
    EW_ASSIGN_AT(data::DataSpec spec, data::parseDataSpec(*child, folder), std::string("/data/") + key);
    *target = std::move(spec);
  }
  return reader.finish();
}

/// `shapes: {x: [1, 3, 224, 224], N: 1}`
Status readShapes(const nlohmann::json& json, Recipe& recipe) {
  if (!json.is_object()) return invalid("must be a map of names to extents").at("/shapes");
  const auto isExtent = [](const nlohmann::json& entry) { return entry.is_number_integer() && entry.get<std::int64_t>() >= 0; };
  for (const auto& [name, value] : json.items()) {
    const nlohmann::json list = value.is_array() ? value : nlohmann::json::array({value});
    if (!std::all_of(list.begin(), list.end(), isExtent))
      return invalid("must be a list of extents, or one extent").at("/shapes/" + name);
    recipe.shapes[name] = list.get<Dims>();
  }
  return {};
}

Status readGates(const nlohmann::json& json, Recipe& recipe) {
  ObjectReader reader(json, "/gates");
  for (const std::string& name : gateNames()) {
    double limit = 0;
    if (reader.number(name, limit, 0, 1e18)) recipe.gates.limits[name] = limit;
  }
  return reader.finish();
}

Status readExport(const nlohmann::json& json, const fs::path& folder, Recipe& recipe) {
  ObjectReader reader(json, "/export");
  ExportSpec spec;
  std::string bundle;
  if (!reader.text("bundle", bundle)) reader.fail("bundle", "must name the bundle file to write");
  if (reader.texts("formats", spec.formats)) {
    for (const std::string& format : spec.formats)
      if (std::find(exportFormats.begin(), exportFormats.end(), format) == exportFormats.end())
        reader.fail("formats", "has unknown format " + inQuotes(format) + "; known are " + join(exportFormats, ", "));
  }
  EW_TRY(reader.finish());
  spec.bundle = (folder / bundle).lexically_normal();
  recipe.exportSpec = std::move(spec);
  return {};
}

Result<Recipe> readRecipe(const nlohmann::json& json, const fs::path& file) {
  const fs::path folder = file.parent_path();
  Recipe recipe;
  recipe.file = file;
  ObjectReader reader(json, "");
  std::int64_t version = 0;
  if (!reader.integer("edgewright", version, 1, std::numeric_limits<std::int64_t>::max()) || version != 1)
    reader.fail("edgewright", "must be there and be 1, the version of the recipe format that this program reads");
  std::string model;
  if (!reader.text("model", model)) reader.fail("model", "must name the model file");
  recipe.model = (folder / model).lexically_normal();
  reader.text("device", recipe.device);
  reader.choice("backend", recipe.backend, backendIds);
  std::int64_t seed = 0;
  reader.integer("seed", seed, 0, std::int64_t{1} << 53);
  recipe.seed = static_cast<std::uint64_t>(seed);
  const nlohmann::json* shapes = reader.child("shapes");
  const nlohmann::json* data = reader.child("data");
  const nlohmann::json* steps = reader.child("steps");
  const nlohmann::json* gates = reader.child("gates");
  const nlohmann::json* exported = reader.child("export");
  EW_TRY(reader.finish());
  if (shapes != nullptr) EW_TRY(readShapes(*shapes, recipe));
  if (data != nullptr) EW_TRY(readData(*data, folder, recipe));
  if (gates != nullptr) EW_TRY(readGates(*gates, recipe));
  if (exported != nullptr) EW_TRY(readExport(*exported, folder, recipe));
  if (steps == nullptr) return recipe;
  if (!steps->is_array()) return invalid("must be a list of steps").at("/steps");
  for (std::size_t i = 0; i < steps->size(); ++i) {
    EW_ASSIGN(Step step, readStep((*steps)[i], "/steps/" + std::to_string(i)));
    recipe.steps.push_back(std::move(step));
  }
  return recipe;
}

}  // namespace

Result<Recipe> parseRecipe(const std::string& text, const fs::path& file) {
  EW_ASSIGN_AT(const data::YamlDocument document, data::parseYaml(text), file.string());
  if (document.json.is_null()) return invalid("the recipe is empty").at(file.string());
  Result<Recipe> recipe = readRecipe(document.json, file);
  if (recipe.ok()) return recipe;
  // The pointer of the offending key becomes the line that a person can go to.
  Error error = recipe.error();
  std::string pointer = error.where.empty() ? "" : error.where.front();
  if (error.where.size() > 1 && error.where[1].starts_with("/")) pointer += error.where[1];
  error.where = {file.string()};
  if (const std::string line = document.lineOf(pointer); !line.empty()) error.where.push_back(line);
  return error;
}

Result<Recipe> loadRecipe(const fs::path& file) {
  EW_ASSIGN(const std::string text, readFile(file, maxRecipeBytes));
  return parseRecipe(text, file);
}

Result<Step> parseStep(const std::string& text) {
  EW_ASSIGN_AT(const data::YamlDocument document, data::parseYaml(text), "--step");
  // `fold` alone is a step without options.
  const nlohmann::json json = document.json.is_string() ? nlohmann::json{{document.json.get<std::string>(), nullptr}} : document.json;
  Result<Step> step = readStep(json, "");
  if (!step.ok()) {
    Error error = step.error();
    error.where = {"--step " + inQuotes(text)};
    return error;
  }
  return step;
}

}  // namespace ew::recipe
