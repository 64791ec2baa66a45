// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/data/metrics.h"
#include "core/run/bench.h"
#include "core/tensor/tensor.h"

namespace ew::widgets {

/// One of the two models in a live run.
struct LiveSide {
  std::vector<double> latenciesMs;     ///< the last frames, oldest first
  double p50Ms = 0, p95Ms = 0;         ///< over `latenciesMs`
  std::vector<std::pair<std::int64_t, float>> top;  ///< class and score of the current input, best first
  std::optional<data::Interval> accuracy;           ///< so far; nothing without labels
  std::vector<LayerTime> layers;       ///< of the latest traced frame (GPU timestamps on Vulkan, cycles on FPGA apart)
};

/// An input on which the two models disagree.
struct LiveDisagreement {
  std::string name;
  Tensor input;
  std::int64_t label = -1, originalClass = -1, currentClass = -1;
};

/// A moment of a live run. Immutable once sent.
struct LiveView {
  std::string backend;
  std::int64_t frames = 0;
  double framesPerSecond = 0;
  LiveSide original, current;
  std::optional<data::Interval> agreement;
  std::string inputName;
  Tensor input;
  std::int64_t label = -1;
  std::vector<LiveDisagreement> disagreements;  ///< the latest, newest first
};

}  // namespace ew::widgets
