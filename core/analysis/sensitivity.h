// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/base/progress.h"
#include "core/run/prefix.h"

namespace ew::analysis {

struct SensitivityOptions {
  std::vector<int> widths{8, 4};   ///< bits of the integers that weights are rounded to, 2 to 8
  bool reusePrefix = true;         ///< false: each run is a full run, for comparison
  std::size_t cacheBytes = PrefixRunner::defaultBytes;
};

/// What rounding the weights of one layer alone does to the model's outputs.
struct LayerSensitivity {
  NodeId node = kNone;
  std::string name;
  int width = 0;
  double sqnrDb = 0;               ///< signal to noise of all outputs over all inputs; infinite when nothing changed
};

struct Sensitivity {
  std::vector<LayerSensitivity> layers;   ///< in execution order, the widths of a layer together
  PrefixRunner::Counters counters;
};

/// Measures each layer with a float weight: its weight is rounded to symmetric integers with a scale for each output
/// channel, as quantize() maps weights to 8 bits, and the model is run. `inputs` are several inputs of the model, each a
/// tensor for every graph input. Outputs must be float. Interrupted when cancelled.
Result<Sensitivity> sensitivity(const Graph& graph, std::span<const std::vector<Tensor>> inputs, const BackendSet& backends,
                                const std::string& backendId, const SensitivityOptions& options, Progress& progress);

}  // namespace ew::analysis
