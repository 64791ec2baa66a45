// SPDX-License-Identifier: GPL-3.0-or-later
#include <filesystem>

#include "app/cli/commands.h"
#include "app/cli/model_argument.h"
#include "app/cli/project_output.h"
#include "core/base/text.h"
#include "core/bundle/bundle.h"
#include "core/onnx/onnx_file.h"

namespace ew::cli {
namespace {

namespace fs = std::filesystem;

/// What optimize and export share: a model, perhaps a recipe for it, and data.
struct Arguments {
  ModelArgument model;
  std::string recipeFile, calibration, data, out, bundle;
  std::vector<std::string> steps;

  void addCommonOptions(CLI::App& app) {
    model.addTo(app);
    app.add_option("--recipe", recipeFile, "Recipe whose steps, data and device are used for MODEL")->type_name("FILE");
    app.add_option("--calibration", calibration, "Calibration data for quantize")->type_name("SPEC");
    app.add_option("--data", data, "Labelled evaluation data; also calibration when --calibration is missing")->type_name("SPEC");
  }
};

Result<recipe::Recipe> buildRecipe(const Arguments& arguments, Context& context) {
  recipe::Recipe recipe;
  if (!arguments.recipeFile.empty()) {
    EW_ASSIGN(recipe, recipe::loadRecipe(arguments.recipeFile));
  }
  recipe.model = arguments.model.file;
  EW_ASSIGN(const ops::FixedShapes shapes, fixedShapes(arguments.model));
  for (const auto& [name, dims] : shapes) recipe.shapes[name] = dims;
  if (arguments.recipeFile.empty() || context.common.backendGiven) recipe.backend = context.common.backend;
  if (arguments.recipeFile.empty() || context.common.deviceGiven) recipe.device = context.common.device;
  if (context.common.seed != 0) recipe.seed = context.common.seed;
  for (const std::string& text : arguments.steps) {
    EW_ASSIGN(recipe::Step step, recipe::parseStep(text));
    recipe.steps.push_back(std::move(step));
  }
  const fs::path here = fs::current_path();
  if (!arguments.calibration.empty()) {
    EW_ASSIGN_AT(recipe.calibration, data::parseDataSpecText(arguments.calibration, here), "--calibration");
  }
  if (!arguments.data.empty()) {
    EW_ASSIGN_AT(recipe.evaluation, data::parseDataSpecText(arguments.data, here), "--data");
    if (!recipe.calibration) {
      recipe.calibration = recipe.evaluation;
      context.note("note: no --calibration is given, so the evaluation data calibrates too; the accuracy may look better than it is");
    }
  }
  // An export that the recipe names is the business of --batch.
  recipe.exportSpec.reset();
  return recipe;
}

/// Steps and data say what they miss; judging runs the model on shapes that were made up.
Error explained(const Error& error, const Graph& graph) {
  const bool isJudging = !error.where.empty() && (error.where.front() == "original" || error.where.front() == "optimized");
  return isJudging ? withShapeHint(error, graph) : error;
}

/// The recipe fixes shapes itself, so that they are part of what it says; here they are only checked.
Result<LoadedModel> loadForRecipe(const ModelArgument& argument, const recipe::Recipe& recipe, Context& context) {
  EW_ASSIGN(LoadedModel model, loadModel({argument.file, {}}, context));
  const Result<ops::InferOptions> options = ops::optionsFor(model.graph, recipe.shapes);
  if (!options.ok()) return argument.shapes.empty() ? options.error().at("shapes") : usageError("--shape: " + options.error().text());
  return model;
}

Result<Output> optimize(const Arguments& arguments, Context& context) {
  EW_ASSIGN(const recipe::Recipe recipe, buildRecipe(arguments, context));
  if (recipe.steps.empty() && recipe.shapes.empty())
    return usageError("optimize needs --recipe FILE, --shape NAME=..., or at least one --step 'name: {...}'");
  EW_ASSIGN(const LoadedModel model, loadForRecipe(arguments.model, recipe, context));
  recipe::JudgeOptions options;
  options.threads = context.common.threads;
  const Result<recipe::ProjectResult> project = recipe::runProject(model.graph, recipe, context.backends, options, context.progress);
  if (!project.ok()) return explained(project.error(), model.graph);
  const recipe::ProjectResult& result = *project;
  std::error_code code;
  if (fs::equivalent(arguments.out, arguments.model.file, code)) return usageError("-o would overwrite the model itself");
  EW_ASSIGN(const std::vector<fs::path> files, onnx::exportModel(result.optimizedGraph(), arguments.out));
  std::vector<std::string> written;
  for (const fs::path& file : files) written.push_back(file.string());
  return projectOutput("edgewright.optimize/1", recipe, result, written);
}

Result<Output> exportBundle(const Arguments& arguments, Context& context) {
  EW_ASSIGN(const recipe::Recipe recipe, buildRecipe(arguments, context));
  EW_ASSIGN(const LoadedModel model, loadForRecipe(arguments.model, recipe, context));
  recipe::JudgeOptions options;
  options.threads = context.common.threads;
  options.measure = false;
  const Result<recipe::ProjectResult> project = recipe::runProject(model.graph, recipe, context.backends, options, context.progress);
  if (!project.ok()) return explained(project.error(), model.graph);
  const recipe::ProjectResult& result = *project;
  const std::string text = recipe::toYaml(recipe, fs::path(arguments.model.file).parent_path());
  const bundle::BundleContent content{result.originalGraph(), result.optimizedGraph(), result.floatGraph(recipe), recipe, text,
                                      result.original, result.optimized, result.verdicts, result.gates};
  if (result.gatesMet()) EW_TRY(bundle::writeBundle(arguments.bundle, content, context.backends, context.progress));
  return projectOutput("edgewright.export/1", recipe, result, result.gatesMet() ? std::vector<std::string>{arguments.bundle} : std::vector<std::string>{});
}

}  // namespace

void addOptimize(CLI::App& app, Invocation& invocation) {
  auto arguments = std::make_shared<Arguments>();
  arguments->addCommonOptions(app);
  app.add_option("--step", arguments->steps, "A step such as 'prune: {structure: channel, sparsity: 0.3}' (repeatable, in order)")->type_name("STEP");
  app.add_option("-o,--out", arguments->out, "The model to write")->required()->type_name("OUT.onnx");
  app.callback([arguments, &invocation] {
    invocation.subject = arguments->model.file;
    invocation.run = [arguments](Context& context) { return optimize(*arguments, context); };
  });
}

void addExport(CLI::App& app, Invocation& invocation) {
  auto arguments = std::make_shared<Arguments>();
  arguments->addCommonOptions(app);
  app.add_option("--bundle", arguments->bundle, "The bundle to write")->required()->type_name("OUT.ewb");
  app.callback([arguments, &invocation] {
    invocation.subject = arguments->model.file;
    invocation.run = [arguments](Context& context) { return exportBundle(*arguments, context); };
  });
}

}  // namespace ew::cli
