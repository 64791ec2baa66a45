// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include "core/base/result.h"
#include "widgets/graph/graph_painter.h"

namespace ew::widgets {

/// Writes the whole graph as PNG (100 %, less when it would exceed 16,000 pixels a side) or SVG, by the suffix.
/// Usage error on another suffix, Io when it cannot be written.
Status exportGraph(const GraphPainter& painter, const QString& path);

}  // namespace ew::widgets
