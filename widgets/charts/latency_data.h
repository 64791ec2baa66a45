// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <array>
#include <vector>

#include "widgets/common/project_view.h"

namespace ew::widgets {

/// What the chart of latencies shows: the layers that take longest, each with up to four times.
struct LatencyBars {
  enum Kind { MeasuredBefore, PredictedBefore, Measured, Predicted, kKinds };
  struct Layer {
    NodeId node = kNone;
    QString name;
    std::array<double, kKinds> ms{};        ///< 0: unknown
  };
  std::vector<Layer> layers;                ///< the slowest first
  std::array<bool, kKinds> present{};       ///< kinds that any layer has
  std::size_t omitted = 0;                  ///< layers beyond `most`
  double omittedMs = 0;
};

LatencyBars latencyBars(const ProjectView& project, std::size_t most);

}  // namespace ew::widgets
