// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "core/analysis/analysis.h"
#include "core/analysis/contents.h"
#include "core/ops/infer.h"

namespace ew::cli {

/// What inspect tells of a model itself: versions, inputs and outputs, what is dynamic, operators, constants.
std::string modelText(const std::string& file, const Graph& graph, const analysis::Contents& contents);
/// The totals, and one row for each layer.
std::string layersText(const analysis::Summary& summary);
/// Nodes that cannot run, one a line.
std::string refusedText(const Graph& graph, const std::vector<ops::Refusal>& refused);

}  // namespace ew::cli
