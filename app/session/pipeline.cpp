// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/pipeline.h"

#include "app/session/placeholder_ranges.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/base/zip.h"
#include "core/onnx/functions.h"
#include "core/onnx/onnx_file.h"
#include "core/ops/freeze.h"

namespace ew::session {
namespace {

using widgets::ProjectView;
using widgets::StepView;
using widgets::VersionView;

Result<Opened> openModel(const std::filesystem::path& path) {
  EW_ASSIGN(onnx::Imported imported, onnx::importModel(path));
  onnx::showFunctionsAsNodes(imported);
  Opened opened;
  opened.original = std::make_shared<Graph>(std::move(imported.graph));
  opened.warnings = std::move(imported.warnings);
  opened.recipe.model = path;
  return opened;
}

Result<Opened> openRecipe(const std::filesystem::path& path) {
  EW_ASSIGN(recipe::Recipe recipe, recipe::loadRecipe(path));
  EW_ASSIGN(Opened opened, openModel(recipe.model));
  opened.recipe = std::move(recipe);
  return opened;
}

Result<Opened> openBundle(const std::filesystem::path& path) {
  EW_ASSIGN(const std::string bytes, readFile(path));
  EW_ASSIGN_AT(const ZipFiles files, unpackZip(bytes), path.string());
  const auto model = files.find("model.onnx");
  if (model == files.end()) return invalid("not an Edgewright bundle: it has no model.onnx").at(path.string());
  EW_ASSIGN_AT(onnx::Imported imported, onnx::importBytes(model->second, {}), path.string());
  Opened opened;
  opened.original = std::make_shared<Graph>(std::move(imported.graph));
  opened.warnings = std::move(imported.warnings);
  opened.recipe.model = path;
  return opened;
}

/// A model that cannot be simulated (shapes that depend on its inputs, for example) is shown all the same, without
/// predictions; `why` says the reason.
std::shared_ptr<VersionView> predictVersion(Graph graph, const device::Profile& profile, std::string& why) {
  auto version = std::make_shared<VersionView>();
  version->summary = analysis::summarize(graph);
  Result<simulate::Report> predicted = simulate::simulate(graph, profile);
  if (predicted.ok()) {
    version->predicted = std::move(*predicted);
  } else {
    why = "no prediction for the device: " + predicted.error().text();
    if (ops::firstDynamicInput(graph) != kNone) why += " (dynamic dimensions were taken as 1: Edit > Fix shapes gives others)";
  }
  version->graph = std::make_shared<Graph>(std::move(graph));
  return version;
}

/// The recipe's prefix that runs, and the error of the first step that does not.
Result<std::vector<std::shared_ptr<const recipe::State>>> runSteps(const recipe::Recipe& recipe, recipe::Runner& runner,
                                                                   Progress& progress, std::vector<StepView>& steps) {
  recipe::Recipe runnable = recipe;
  std::string error;
  for (;;) {
    auto states = runner.run(runnable, progress);
    if (states.ok()) {
      for (std::size_t i = 0; i < recipe.steps.size(); ++i) {
        StepView view;
        if (i < runnable.steps.size()) view.verdicts = (*states)[i + 1]->verdicts;
        else view.error = error;
        steps.push_back(std::move(view));
      }
      return states;
    }
    if (progress.cancelled() || runnable.steps.empty()) return std::move(states).error();
    // The last step is taken off until the rest runs; its error is the one to show.
    error = states.error().text();
    runnable.steps.pop_back();
  }
}

std::string extensionOf(const std::filesystem::path& path) {
  std::string extension = path.extension().string();
  for (char& c : extension) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return extension;
}

}  // namespace

Result<Opened> openFile(const std::filesystem::path& path, const std::filesystem::path& recipeFile) {
  const std::string extension = extensionOf(path);
  if (extension == ".yaml" || extension == ".yml" || extension == ".json") return openRecipe(path);
  EW_ASSIGN(Opened opened, extension == ".ewb" ? openBundle(path) : openModel(path));
  if (recipeFile.empty()) return opened;
  EW_ASSIGN(recipe::Recipe recipe, recipe::loadRecipe(recipeFile));
  recipe.model = opened.recipe.model;
  opened.recipe = std::move(recipe);
  return opened;
}

Result<ProjectView> predictProject(const Opened& opened, const recipe::Recipe& recipe, recipe::Runner& runner,
                                   Progress& progress) {
  EW_ASSIGN(const device::Profile profile, device::findProfile(recipe.device));
  ProjectView view;
  view.file = recipe.file.empty() ? recipe.model : recipe.file;
  view.title = view.file.filename().string();
  view.recipe = std::make_shared<recipe::Recipe>(recipe);
  view.device = recipe.device;
  view.deviceName = profile.name;
  view.backend = recipe.backend;
  view.warnings = opened.warnings;
  if (!recipe.evaluation) view.noEvaluation = "no evaluation data: drop a recipe or a data folder";
  EW_ASSIGN(const auto states, runSteps(recipe, runner, progress, view.steps));
  std::string why;
  view.original = predictVersion(states.front()->graph, profile, why);
  const auto current = predictVersion(states.back()->graph, profile, why);
  current->verdicts = states.back()->verdicts;
  view.current = current;
  if (!why.empty()) view.warnings.push_back(why);
  return view;
}

Result<std::shared_ptr<const VersionView>> judgeVersion(const VersionView& version, const recipe::Recipe& recipe,
                                                        const BackendSet& backends, Progress& progress, std::string& why,
                                                        PreviewEvaluator* evaluator) {
  auto judged = std::make_shared<VersionView>(version);
  recipe::JudgeOptions options;
  options.evaluate = recipe.evaluation.has_value() && evaluator == nullptr;
  const Result<recipe::Judgement> judgement = recipe::judge(*version.graph, recipe, backends, options, progress);
  if (progress.cancelled()) return cancelledError();
  if (judgement.ok()) {
    judged->evaluation = judgement->evaluation;
    judged->measured = judgement->measured;
  } else {
    why = judgement.error().text();
  }
  if (evaluator != nullptr && recipe.evaluation && judgement.ok()) {
    Result<analysis::Evaluation> evaluation = evaluator->evaluate(*version.graph, recipe, backends, progress);
    if (progress.cancelled()) return cancelledError();
    if (evaluation.ok()) judged->evaluation = std::move(*evaluation);
    else why = evaluation.error().text();
  }
  return std::shared_ptr<const VersionView>(judged);
}

Result<std::shared_ptr<const VersionView>> predictCandidate(const Graph& current, const std::vector<recipe::Step>& steps,
                                                            const recipe::Recipe& recipe, Progress& progress) {
  EW_ASSIGN(const device::Profile profile, device::findProfile(recipe.device));
  Graph graph = current;
  std::vector<transform::NodeVerdict> verdicts;
  for (const recipe::Step& step : steps) {
    EW_ASSIGN_AT(recipe::State state, predictStep(graph, step, recipe, profile, progress), step.name);
    graph = std::move(state.graph);
    verdicts.insert(verdicts.end(), state.verdicts.begin(), state.verdicts.end());
  }
  std::string why;
  const auto version = predictVersion(std::move(graph), profile, why);
  if (!why.empty()) return invalid(why);
  version->verdicts = std::move(verdicts);
  return std::shared_ptr<const VersionView>(version);
}

}  // namespace ew::session
