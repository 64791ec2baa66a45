// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/analysis/analysis.h"
#include "core/analysis/evaluate.h"
#include "core/run/bench.h"
#include "core/simulate/simulate.h"
#include "core/transform/pass.h"
#include "core/transform/quantize/quantize.h"
#include "widgets/common/layer_table.h"

namespace ew::recipe {
struct Recipe;
}

namespace ew::widgets {

/// One version of the model with everything that is known about it. Immutable once shared.
struct VersionView {
  std::shared_ptr<const Graph> graph;
  analysis::Summary summary;
  std::optional<analysis::Evaluation> evaluation;   ///< nothing: not evaluated
  std::optional<BenchResult> measured;              ///< nothing: not measured here
  std::optional<simulate::Report> predicted;        ///< nothing: no device
  std::vector<transform::NodeVerdict> verdicts;     ///< of the step that made this version
  std::shared_ptr<const transform::CalibrationResult> calibration;  ///< activation histograms; may be null
};

/// What one step of the recipe did; parallel to Recipe::steps.
struct StepView {
  std::vector<transform::NodeVerdict> verdicts;
  std::string error;                                ///< not empty: the step failed, with the reason
};

/// The whole document as panels see it: passed on as shared_ptr<const ProjectView>, made by makeProjectView().
struct ProjectView {
  std::string title;
  std::filesystem::path file;
  std::shared_ptr<const VersionView> original;      ///< null: nothing is open
  std::shared_ptr<const VersionView> current;
  std::shared_ptr<const recipe::Recipe> recipe;
  std::vector<StepView> steps;
  std::string device, deviceName, backend;
  std::string noEvaluation;                         ///< why accuracy is unknown, in words for the user
  std::vector<std::string> warnings;                ///< of importing and checking
  LayerTable layers;                                ///< original and current joined; filled by makeProjectView()
};

/// Joins the versions' facts by layer and seals the view. `current` defaults to `original`.
std::shared_ptr<const ProjectView> makeProjectView(ProjectView view);

}  // namespace ew::widgets
