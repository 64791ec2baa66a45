// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/common/live_view.h"
#include "widgets/common/panel.h"

class QChart;
class QChartView;
class QLabel;
class QLineSeries;
class QListWidget;
class QTableWidget;
class QValueAxis;

namespace ew::widgets {

/// Original and current model running side by side: latency by frame, percentiles, agreement and accuracy so far, the
/// input with both models' top classes, and a strip of the samples on which they disagree.
class LivePanel : public Panel {
  Q_OBJECT
 public:
  LivePanel(Selection* selection, QWidget* parent);

  QString title() const override { return tr("Live"); }

 public slots:
  void show(std::shared_ptr<const ew::widgets::LiveView> view);
  void setRunning(bool running);

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void buildChart();
  void paintTheme();
  void fillFigures(const LiveView& view);
  void fillStrip(const LiveView& view);

  QChart* chart_;
  QChartView* chartView_;
  QLineSeries *original_, *current_;
  QValueAxis *x_, *y_;
  QTableWidget* figures_;
  QLabel *input_, *state_;
  QListWidget* strip_;
};

/// One sample as a picture: grey or RGB, stretched from its lowest to its highest value. Null when it is no image.
QImage imageOf(const Tensor& input);

}  // namespace ew::widgets
