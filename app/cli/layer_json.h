// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string>

#include "core/analysis/analysis.h"

namespace ew::cli {

/// The `layers` of a document, one a line, written directly: a model has tens of thousands.
std::string layersJson(std::span<const analysis::LayerFacts> layers);

}  // namespace ew::cli
