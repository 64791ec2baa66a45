// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/project_output.h"
#include "core/base/file.h"
#include "core/bundle/bundle.h"
#include "core/onnx/functions.h"
#include "core/onnx/onnx_file.h"

namespace ew::cli {

Result<Output> runBatch(const std::string& recipeFile, Context& context) {
  EW_ASSIGN(const std::string text, readFile(recipeFile, std::int64_t{4} << 20));
  EW_ASSIGN(recipe::Recipe recipe, recipe::parseRecipe(text, recipeFile));
  if (context.common.backendGiven) recipe.backend = context.common.backend;
  if (context.common.deviceGiven) recipe.device = context.common.device;
  EW_ASSIGN(onnx::Imported imported, onnx::importModel(recipe.model));
  onnx::showFunctionsAsNodes(imported);
  for (const std::string& warning : imported.warnings) context.note("warning: " + warning);
  recipe::JudgeOptions options;
  options.threads = context.common.threads;
  EW_ASSIGN(const recipe::ProjectResult result, recipe::runProject(imported.graph, recipe, context.backends, options, context.progress));
  std::vector<std::string> outputs;
  // A bundle that misses a gate is not exported: it must not be deployed by accident.
  if (recipe.exportSpec && result.gatesMet()) {
    const bundle::BundleContent content{result.originalGraph(), result.optimizedGraph(), result.floatGraph(recipe), recipe, text,
                                        result.original, result.optimized, result.verdicts, result.gates};
    EW_TRY(bundle::writeBundle(recipe.exportSpec->bundle, content, context.backends, context.progress));
    outputs.push_back(recipe.exportSpec->bundle.string());
  }
  return projectOutput("edgewright.batch/1", recipe, result, outputs);
}

}  // namespace ew::cli
