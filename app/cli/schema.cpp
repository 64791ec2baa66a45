// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "core/base/file.h"
#include "core/base/json_text.h"
#include "core/base/text.h"
#include "core/device/profile.h"
#include "core/recipe/steps.h"

namespace ew::cli {
namespace {

using nlohmann::json;

json optionSchema(const recipe::OptionInfo& option) {
  json out{{"description", option.description}, {"default", option.defaultValue}};
  if (option.type == "enum") out["examples"] = option.choices;
  if (option.type == "number" || option.type == "integer" || option.type == "boolean") out["type"] = option.type;
  if (option.type == "map") out["type"] = "object";
  return out;
}

/// The recipe's schema, made from the tables that the parser reads.
json recipeSchema() {
  json steps = json::array();
  for (const recipe::StepKind& kind : recipe::stepKinds()) {
    json properties = json::object();
    for (const recipe::OptionInfo& option : kind.options()) properties[option.key] = optionSchema(option);
    const std::string name(kind.name);
    const json options{{"type", json::array({"object", "null"})}, {"additionalProperties", false}, {"properties", std::move(properties)}};
    steps.push_back({{"type", "object"}, {"description", kind.description}, {"required", json::array({name})},
                     {"properties", {{name, options}, {"enabled", {{"type", "boolean"}}}, {"note", {{"type", "string"}}}}},
                     {"additionalProperties", false}});
  }
  json gates = json::object();
  for (const std::string& name : recipe::gateNames()) gates[name] = {{"type", "number"}};
  const json text{{"type", "string"}};
  return {{"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"title", "Edgewright recipe"}, {"type", "object"},
          {"required", json::array({"edgewright", "model"})}, {"additionalProperties", false},
          {"properties",
           {{"edgewright", {{"const", 1}}}, {"model", text},
            {"shapes", {{"type", "object"}, {"description", "Extents that are fixed first: {x: [1, 3, 224, 224]} of an input, {N: 1} of a symbol"}}},
            {"device", text}, {"backend", text}, {"seed", {{"type", "integer"}}},
            {"data", {{"type", "object"}}}, {"steps", {{"type", "array"}, {"items", {{"oneOf", std::move(steps)}}}}},
            {"gates", {{"type", "object"}, {"properties", std::move(gates)}, {"additionalProperties", false}}},
            {"export", {{"type", "object"}, {"required", json::array({"bundle"})}}}}}};
}

Result<Output> schema(const std::string& name) {
  Output out;
  if (name == "recipe") {
    out.document = recipeSchema();
  } else if (name == "device") {
    EW_ASSIGN(const std::string text, readFile(device::resourceFolder() / "schemas" / "device.schema.json"));
    out.document = json::parse(text, nullptr, false);
  } else {
    return usageError("unknown schema " + inQuotes(name) + "; known are device, recipe");
  }
  out.text = jsonText(out.document, 2) + "\n";
  return out;
}

}  // namespace

void addSchema(CLI::App& app, Invocation& invocation) {
  auto name = std::make_shared<std::string>();
  app.add_option("NAME", *name, "device or recipe")->required();
  app.callback([name, &invocation] { invocation.run = [name](Context&) { return schema(*name); }; });
}

}  // namespace ew::cli
