// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "core/base/progress.h"
#include "core/data/dataset.h"
#include "core/data/metrics.h"
#include "core/run/prefix.h"
#include "core/run/runtime.h"

namespace ew::analysis {

struct Evaluation {
  std::int64_t samples = 0;
  std::map<std::string, data::Interval> metrics;  ///< percentages 0..100
  double secondsTotal = 0;
};

/// Runs every sample through the model's first input and output. Invalid when data has no labels or the model's
/// input count is not one.
Result<Evaluation> evaluate(Runtime& runtime, const data::Dataset& dataset, Progress& progress);
/// The same of a graph that shares layers with others that `runner` has run on these samples.
Result<Evaluation> evaluate(PrefixRunner& runner, const Graph& graph, const data::Dataset& dataset, Progress& progress);

}  // namespace ew::analysis
