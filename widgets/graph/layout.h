// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "core/base/progress.h"

namespace ew::widgets {

/// A graph to be drawn: boxes and the edges between them. Edges that run against a cycle are drawn reversed.
struct LayoutInput {
  struct Box { double width = 0, height = 0; };
  std::vector<Box> boxes;
  std::vector<std::pair<int, int>> edges;  ///< from, to; repeated edges are drawn once, loops not at all
};

struct LayoutOptions {
  double boxGap = 24;        ///< between neighbours in a layer
  double layerGap = 36;      ///< between layers, more where edges run far sideways
  double edgeGap = 10;       ///< between an edge that passes a layer and its neighbour
  int sweeps = 24;           ///< of crossing reduction at most
  int passings = 200'000;    ///< layers that long edges may pass in all; the longest beyond that are left out
};

/// Where everything goes: top-down layers, y grows downwards, the drawing starts at 0, 0.
struct Layout {
  struct Place { double x = 0, y = 0; };    ///< centre of a box
  struct Band { double top = 0, bottom = 0; };
  /// One edge's way through the gap between two layers: from (x0, y0) straight down to `bend`, then in a curve with
  /// vertical ends to (x1, y1). Edges from one box share their way until they part.
  struct Segment {
    double x0 = 0, y0 = 0, bend = 0, x1 = 0, y1 = 0;
    int gap = 0;       ///< runs from layer `gap` to layer `gap` + 1
    int source = 0;    ///< the box that the edge comes from
    int target = -1;   ///< the box that it enters here; -1: it goes on
    int previous = -1; ///< the segment before it; -1 when it leaves its source here
  };

  std::vector<Place> places;
  std::vector<int> layerOf;
  std::vector<std::vector<int>> layers;     ///< boxes of each layer from left to right
  std::vector<Band> bands;
  std::vector<Segment> segments;            ///< sorted by gap
  std::vector<int> firstSegment;            ///< of each gap, and the end
  double width = 0, height = 0;
  int crossings = 0;
  int omittedEdges = 0;                     ///< left out by LayoutOptions::passings
};

/// Layers by longest path, dummies for long edges (one chain a box, shared by its edges), barycentre sweeps against
/// crossings (Sugiyama et al. 1981), coordinates by Brandes and Koepf (2001). Nothing when cancelled.
std::optional<Layout> layoutGraph(const LayoutInput& input, const LayoutOptions& options, Progress& progress);

}  // namespace ew::widgets
