// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/graph/graph.h"

namespace ew::test {

/// The first difference between two graphs whose ids may differ; empty when they mean and hold the same.
std::string firstDifference(const Graph& a, const Graph& b);

}  // namespace ew::test
