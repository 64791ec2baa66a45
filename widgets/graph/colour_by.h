// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QString>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "widgets/common/layer_table.h"
#include "widgets/common/units.h"
#include "widgets/graph/display_graph.h"

namespace ew::widgets {

/// One way to colour the graph: a row of the table in colour_by.cpp. Either `value` or `category` is set.
struct ColourBy {
  const char* id;
  const char* label;                 ///< source text, context "ColourBy"
  Quantity quantity;
  bool additive;                     ///< a block shows the sum of its nodes, else the largest
  std::optional<double> (*value)(const LayerRow&);
  QString (*category)(const DisplayItem&, const LayerRow*);  ///< empty: no category
  const char* nothing;               ///< what to do when no node has a value; source text
};
std::span<const ColourBy> colourings();
const ColourBy& colouring(const QString& id);  ///< the first when the id is unknown
QString colouringLabel(const ColourBy& by);

/// Colour and label of each box, and what the legend says.
struct Colouring {
  struct Paint { QColor fill; QString label; bool known = false; };
  struct Entry { QColor colour; QString label; };

  QString title;
  std::vector<Paint> items;
  std::vector<Entry> entries;        ///< of a categorical legend
  double low = 0, high = 0;          ///< of a sequential legend
  Quantity quantity = Quantity::Count;
  QString nothing;                   ///< why there is nothing to show; empty when there is
  bool sequential() const { return entries.empty() && nothing.isEmpty(); }
};
Colouring colour(const DisplayGraph& display, const LayerTable* layers, const ColourBy& by);

}  // namespace ew::widgets
