// SPDX-License-Identifier: Apache-2.0
#include <yaml-cpp/yaml.h>

#include "core/base/json_text.h"
#include "core/recipe/recipe.h"

namespace ew::recipe {
namespace {

namespace fs = std::filesystem;

/// Numbers and booleans plain, texts quoted only when they would read back as something else.
void emit(YAML::Emitter& out, const nlohmann::json& json) {
  if (json.is_object()) {
    out << YAML::BeginMap;
    for (const auto& [key, value] : json.items()) {
      out << YAML::Key << key << YAML::Value;
      emit(out, value);
    }
    out << YAML::EndMap;
  } else if (json.is_array()) {
    out << YAML::Flow << YAML::BeginSeq;
    for (const nlohmann::json& item : json) emit(out, item);
    out << YAML::EndSeq;
  } else if (json.is_string()) {
    const std::string text = json.get<std::string>();
    const YAML::Node again = YAML::Load(text.empty() ? "''" : jsonText(text));
    const bool plain = !text.empty() && text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-./") > text.size() &&
                       text != "true" && text != "false" && text != "null";
    if (plain && again.IsScalar()) out << text;
    else out << YAML::DoubleQuoted << text;
  } else {
    out << jsonText(json);
  }
}

std::string relativeTo(const fs::path& path, const fs::path& folder) {
  const fs::path relative = path.lexically_relative(folder.empty() ? fs::path(".") : folder);
  const bool inside = !relative.empty() && *relative.begin() != "..";
  return inside ? relative.generic_string() : path.generic_string();
}

nlohmann::json dataJson(const data::DataSpec& spec, const fs::path& folder) {
  nlohmann::json json = data::toJson(spec);
  for (const char* key : {"images", "npz", "npy", "idx", "cifar", "labels"}) {
    const bool isArrayName = std::string(key) == "labels" && spec.kind == data::DataSpec::Kind::Npz;
    if (json.contains(key) && !isArrayName) json[key] = relativeTo(json[key].get<std::string>(), folder);
  }
  return json;
}

}  // namespace

std::string toYaml(const Recipe& recipe, const fs::path& folder) {
  YAML::Emitter out;
  out.SetMapFormat(YAML::Block);
  out << YAML::BeginMap;
  const auto entry = [&](const char* key, const nlohmann::json& value) {
    out << YAML::Key << key << YAML::Value;
    emit(out, value);
  };
  entry("edgewright", 1);
  entry("model", relativeTo(recipe.model, folder));
  if (!recipe.shapes.empty()) entry("shapes", recipe.shapes);
  nlohmann::json data = nlohmann::json::object();
  if (recipe.calibration) data["calibration"] = dataJson(*recipe.calibration, folder);
  if (recipe.evaluation) data["evaluation"] = dataJson(*recipe.evaluation, folder);
  if (!data.empty()) entry("data", data);
  entry("device", recipe.device);
  entry("backend", recipe.backend);
  entry("seed", recipe.seed);
  out << YAML::Key << "steps" << YAML::Value << YAML::BeginSeq;
  for (const Step& step : recipe.steps) {
    nlohmann::json json{{step.name, step.options}};
    if (!step.enabled) json["enabled"] = false;
    if (!step.note.empty()) json["note"] = step.note;
    emit(out, json);
  }
  out << YAML::EndSeq;
  if (!recipe.gates.limits.empty()) entry("gates", recipe.gates.limits);
  if (recipe.exportSpec)
    entry("export", {{"bundle", relativeTo(recipe.exportSpec->bundle, folder)}, {"formats", recipe.exportSpec->formats}});
  out << YAML::EndMap;
  return std::string(out.c_str()) + "\n";
}

}  // namespace ew::recipe
