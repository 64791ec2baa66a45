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
           "Largest constant, in bytes, that folding may create"}};
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
  return {"fold", "Compute constants, drop identities, merge normalization into the layers before it", options, check, run};
}

}  // namespace ew::recipe
