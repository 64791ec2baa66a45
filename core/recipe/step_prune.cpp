// SPDX-License-Identifier: Apache-2.0
#include "core/base/json_text.h"
#include "core/base/object_reader.h"
#include "core/recipe/step_kinds.h"
#include "core/transform/prune/prune.h"
#include "core/transform/prune/structures.h"

namespace ew::recipe {
namespace {

const std::vector<std::string> scopes{"layer", "global"};
constexpr double largestSparsity = 0.9999;

std::vector<std::string> structureNames() {
  std::vector<std::string> names;
  for (const transform::PruneStructure& structure : transform::pruneStructures()) names.emplace_back(structure.name);
  return names;
}

std::vector<std::string> criterionNames() {
  std::vector<std::string> names;
  for (const transform::Criterion& criterion : transform::criteria()) names.emplace_back(criterion.name);
  return names;
}

/// `align`: none, device, or a number of channels.
struct Parsed { transform::PruneOptions options; bool alignToDevice = false; };

void readAlign(ObjectReader& reader, Parsed& out) {
  const nlohmann::json* align = reader.child("align");
  if (align == nullptr || *align == "none") return;
  if (*align == "device") {
    out.alignToDevice = true;
  } else if (align->is_number_integer() && align->get<std::int64_t>() >= 1 && align->get<std::int64_t>() <= 1024) {
    out.options.align = align->get<std::int64_t>();
  } else {
    reader.fail("align", "must be none, device, or a whole number from 1 to 1024");
  }
}

void readLayers(ObjectReader& reader, Parsed& out) {
  const nlohmann::json* layers = reader.child("layers");
  if (layers == nullptr) return;
  if (!layers->is_object()) return reader.fail("layers", "must map layer names or patterns to a sparsity");
  for (const auto& [name, value] : layers->items()) {
    const double sparsity = value.is_number() ? value.get<double>() : -1;
    if (!(sparsity >= 0 && sparsity <= largestSparsity))
      return reader.fail("layers", "gives " + name + " a sparsity of " + jsonText(value) + "; it must be from 0 to below 1");
    out.options.layers[name] = sparsity;
  }
}

Result<Parsed> read(const nlohmann::json& json) {
  Parsed out;
  ObjectReader reader(json, "");
  reader.choice("structure", out.options.structure, structureNames());
  reader.choice("criterion", out.options.criterion, criterionNames());
  reader.number("sparsity", out.options.sparsity, 0, largestSparsity);
  reader.choice("scope", out.options.scope, scopes);
  readAlign(reader, out);
  readLayers(reader, out);
  EW_TRY(reader.finish());
  return out;
}

std::vector<OptionInfo> options() {
  const transform::PruneOptions defaults;
  return {{"structure", "enum", structureNames(), defaults.structure, "Single weights, or whole output channels that really go"},
          {"criterion", "enum", criterionNames(), defaults.criterion, "What makes a weight or channel unimportant"},
          {"sparsity", "number", {}, defaults.sparsity, "Share of weights or channels to remove, 0 to below 1"},
          {"scope", "enum", scopes, defaults.scope, "The same share in each layer, or the least important of the whole model"},
          {"align", "enum", {"none", "device"}, "none", "Channels that remain come in multiples of this: none, device, or a number"},
          {"layers", "map", {}, nlohmann::json::object(), "Layer names or patterns with a sparsity of their own; 0 leaves them"}};
}

Status check(const nlohmann::json& json) {
  EW_TRY(read(json));
  return {};
}

Result<transform::PassResult> run(const Graph& graph, const nlohmann::json& json, const StepContext& context, Progress& progress) {
  EW_ASSIGN(Parsed parsed, read(json));
  if (parsed.alignToDevice && context.device != nullptr) parsed.options.align = context.device->channelAlignment;
  parsed.options.seed = context.seed;
  return transform::prune(graph, parsed.options, progress);
}

}  // namespace

StepKind pruneStep() { return {"prune", "Set small weights to zero, or remove whole channels", options, check, run}; }

}  // namespace ew::recipe
