// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/chart_style.h"

#include <QAbstractAxis>
#include <QChart>
#include <QGraphicsLayout>
#include <QLegend>

#include "widgets/common/theme.h"

namespace ew::widgets {

void styleChart(QChart& chart) {
  const Theme& colours = theme();
  chart.setAnimationOptions(QChart::NoAnimation);
  chart.setBackgroundBrush(colours.base);
  chart.setBackgroundRoundness(0);
  chart.setMargins(QMargins(4, 0, 8, 2));
  if (chart.layout() != nullptr) chart.layout()->setContentsMargins(0, 0, 0, 0);
  chart.setPlotAreaBackgroundVisible(false);
  chart.legend()->setLabelColor(colours.text);
  chart.legend()->setFont(scaledFont(0.9));
  for (QAbstractAxis* axis : chart.axes()) {
    axis->setLabelsColor(colours.muted);
    axis->setTitleBrush(colours.muted);
    axis->setLabelsFont(scaledFont(0.85));
    axis->setTitleFont(scaledFont(0.88));
    axis->setGridLineColor(colours.grid);
    axis->setLinePenColor(colours.border);
  }
}

}  // namespace ew::widgets
