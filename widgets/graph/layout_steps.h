// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <utility>
#include <vector>

#include "core/base/progress.h"
#include "widgets/graph/layout.h"

namespace ew::widgets {

/// A graph whose edges all run between neighbouring layers. Vertices below `real` are the boxes of the input, the
/// others are dummies where long edges pass a layer.
struct Layered {
  int real = 0;
  std::vector<double> width;
  std::vector<int> layer;
  std::vector<int> source;               ///< the box whose edge a dummy carries; a box itself
  std::vector<std::vector<int>> up, down;///< neighbours in the layer above and below
  std::vector<std::vector<int>> layers;  ///< vertices from left to right
  std::vector<int> position;             ///< index in its layer

  int count() const { return static_cast<int>(layer.size()); }
  bool dummy(int v) const { return v >= real; }
  void numberPositions();
};

/// Longest path from the sources; boxes with more outputs than inputs move down to their readers.
std::vector<int> assignLayers(int boxes, const std::vector<std::pair<int, int>>& edges);
Layered makeLayered(const LayoutInput& input, const std::vector<std::pair<int, int>>& edges, std::vector<int> layerOf,
                    double dummyWidth);
/// Orders the layers so that few edges cross; returns how many still do. False when cancelled.
bool reduceCrossings(Layered& graph, int sweeps, Progress& progress, int& crossings);
int countCrossings(const Layered& graph);
/// Horizontal centres of all vertices.
std::vector<double> assignCoordinates(const Layered& graph, const LayoutOptions& options);

}  // namespace ew::widgets
