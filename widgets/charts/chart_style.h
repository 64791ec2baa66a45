// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QChart;
class QAbstractAxis;

namespace ew::widgets {

/// Colours and fonts of the theme for a chart of Qt Charts and its axes; no animation, no margins to speak of.
void styleChart(QChart& chart);

}  // namespace ew::widgets
