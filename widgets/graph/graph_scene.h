// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QRectF>
#include <memory>
#include <optional>
#include <vector>

#include "core/base/progress.h"
#include "widgets/common/project_view.h"
#include "widgets/graph/display_graph.h"
#include "widgets/graph/layout.h"

namespace ew::widgets {

/// Everything about a drawing that does not depend on the view: made off the GUI thread, immutable.
struct GraphScene {
  std::shared_ptr<const VersionView> version;
  DisplayGraph display;
  Layout layout;
  double unit = 16;                    ///< height of a line of text at 100 %
  std::vector<QRectF> boxes;           ///< of each item
  std::vector<QRectF> outlines;        ///< round the boxes of each opened block; null for a collapsed one
  std::vector<std::vector<int>> below, above;  ///< neighbours by edge, in the order of edges
  std::vector<int> badgeOf;            ///< for each segment that enters a box: its edge with a badge, or -1

  QRectF bounds() const;
  /// The item under a point; -1 for none.
  int itemAt(const QPointF& point) const;
  /// Layers whose bands reach into low..high: first and one past the last.
  std::pair<std::size_t, std::size_t> layersBetween(double low, double high) const;
};

/// Nothing when cancelled. `unit` is the height of a text line in the font of the view.
std::shared_ptr<const GraphScene> makeGraphScene(std::shared_ptr<const VersionView> version, std::vector<Block> blocks,
                                                 const DisplayOptions& options, double unit, Progress& progress);

}  // namespace ew::widgets
