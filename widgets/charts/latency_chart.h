// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once


#include "widgets/charts/latency_data.h"
#include "widgets/common/panel.h"

class QBarSet;
class QChart;
class QChartView;
class QLabel;
class QScrollArea;
class QStackedLayout;

namespace ew::widgets {

class MessageView;

/// Latency by layer, slowest on top: measured here and predicted for the device, original and current.
class LatencyChart : public Panel {
  Q_OBJECT
 public:
  LatencyChart(Selection* selection, QWidget* parent);

  QString title() const override { return tr("Latency by layer"); }
  void setProject(std::shared_ptr<const ProjectView> project) override;
  const LatencyBars& bars() const { return bars_; }

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void rebuild();
  void addBars();
  void restyle();
  void markSelection();
  QColor colourOf(std::size_t kind, bool selected) const;

  LatencyBars bars_;
  QStackedLayout* stack_;
  MessageView* message_;
  QScrollArea* scroll_;
  QChart* chart_;
  QChartView* view_;
  QLabel* more_;
  std::vector<std::pair<std::size_t, QBarSet*>> sets_;
};

}  // namespace ew::widgets
