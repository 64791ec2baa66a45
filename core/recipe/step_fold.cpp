// SPDX-License-Identifier: Apache-2.0
#include "core/base/object_reader.h"
#include "core/recipe/step_kinds.h"
#include "core/transform/fold/fold.h"

namespace ew::recipe {
namespace {

Result<transform::FoldOptions> read(const nlohmann::json& json) {
  transform::FoldOptions options;
  ObjectReader reader(json, "");
  reader.integer("constant_byte_budget", options.constantByteBudget, 0, std::int64_t{1} << 32);
  EW_TRY(reader.finish());
  return options;
}

std::vector<OptionInfo> options() {
  return {{"constant_byte_budget", "integer", {}, transform::FoldOptions{}.constantByteBudget,
           "Bytes by which folding may grow the constants of the model"}};
}

Status check(const nlohmann::json& json) {
  EW_TRY(read(json));
  return {};
}

Result<transform::PassResult> run(const Graph& graph, const nlohmann::json& json, const StepContext&, Progress& progress) {
  EW_ASSIGN(const transform::FoldOptions options, read(json));
  return transform::fold(graph, options, progress);
}

}  // namespace

StepKind foldStep() {
  return {"fold", "Compute constants, drop what does nothing, merge normalization into layers, join equal nodes, recognize patterns", options, check, run};
}

}  // namespace ew::recipe
