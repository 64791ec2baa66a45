// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <optional>
#include <span>

#include "widgets/common/layer_table.h"

namespace ew::widgets {

/// One column of the table of layers: a row of the table in layer_columns.cpp.
struct LayerColumn {
  const char* id;
  const char* header;                ///< source text, context "LayerColumns"; the unit is part of it
  const char* tip;                   ///< source text
  bool shown;                        ///< at first
  bool bar;                          ///< drawn with a bar of number / 100
  /// Numeric columns: the value, in the header's unit, of one version. Nothing: unknown or not meant for it.
  std::optional<double> (*number)(const LayerRow&, bool before, double totalMs);
  QString (*text)(const LayerRow&, bool before);  ///< the others
};

std::span<const LayerColumn> layerColumns();
QString columnHeader(const LayerColumn& column);
QString columnTip(const LayerColumn& column);

/// What a cell says of one version; empty when unknown.
QString cellText(const LayerColumn& column, const LayerRow& row, bool before, double totalMs);

}  // namespace ew::widgets
