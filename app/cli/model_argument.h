// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>
#include <vector>

#include "app/cli/command.h"
#include "core/data/dataset.h"
#include "core/graph/graph.h"
#include "core/ops/freeze.h"

namespace ew::cli {

/// A model as a command takes it: MODEL and, for dynamic inputs, --shape NAME=1x3x224x224, or --shape N=1 for a symbol.
struct ModelArgument {
  std::string file;
  std::vector<std::string> shapes;

  void addTo(CLI::App& app);
};

/// The --shape options; Usage when one cannot be read.
Result<ops::FixedShapes> fixedShapes(const ModelArgument& argument);

struct LoadedModel {
  Graph graph;                        ///< with --shape applied, types and shapes inferred where possible
  std::vector<std::string> warnings;  ///< of the import and the inference
};
Result<LoadedModel> loadModel(const ModelArgument& argument, Context& context);

/// Adds to an error of a computation on made-up shapes that --shape can give others, when the model leaves some open.
Error withShapeHint(Error error, const Graph& graph);

/// Opens --data for the model's one input.
Result<std::shared_ptr<const data::Dataset>> openData(const std::string& spec, const Graph& graph);

/// `file`, `ir_version`, `opsets`, `producer`, `metadata`, `functions`, `inputs`, `outputs`
nlohmann::json modelJson(const std::string& file, const Graph& graph);

}  // namespace ew::cli
