// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/command.h"
#include "core/recipe/project.h"

namespace ew::cli {

/// The result of optimize, export and --batch: `steps`, `verdicts`, `original`, `optimized`, `gates`, `outputs`, and
/// the same side by side as text. A gate that is not met becomes the output's failure.
Output projectOutput(const std::string& schema, const recipe::Recipe& recipe, const recipe::ProjectResult& result,
                     const std::vector<std::string>& outputs);

}  // namespace ew::cli
