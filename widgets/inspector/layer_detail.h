// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QImage>
#include <optional>
#include <vector>

#include "core/analysis/analysis.h"
#include "core/base/progress.h"

namespace ew::widgets {

/// What the inspector shows of one layer's weights in one version.
struct WeightDetail {
  bool known = false;                        ///< the layer has weights
  analysis::Histogram histogram;             ///< zeros are counted apart, in `histogram.zeros`
  std::vector<analysis::ChannelStats> channels;
  /// Share of zeros as 0..255, one row an output channel, one column an input channel (or weight); large maps are
  /// averaged down.
  QImage zeroMap;
  std::int64_t mapRows = 0, mapColumns = 0;  ///< of the map before averaging
};

struct LayerDetail {
  WeightDetail original, current;            ///< histograms over the same range
};

/// Off the GUI thread. Either graph or node may be missing.
LayerDetail layerDetail(const Graph* original, NodeId originalNode, const Graph* current, NodeId currentNode, Progress& progress);

}  // namespace ew::widgets
