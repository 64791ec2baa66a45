// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "app/cli/command.h"

namespace ew::cli {

/// --precision float32|bf16 for all float layers, and --layer-precision NAME=bf16 for those that a name or pattern matches.
struct PrecisionArgument {
  std::string all = "float32";
  std::vector<std::string> layers;

  void addTo(CLI::App& app);
  /// Of commands that see no graph: only --precision.
  void addWholeModelTo(CLI::App& app);

  /// The common options with these. Usage when a rule cannot be read, names no layer, or the backend has no bfloat16; a
  /// note when this processor has none, since layers then stay in float32.
  Result<CompileOptions> options(const Context& context, const Graph* graph) const;
};

}  // namespace ew::cli
