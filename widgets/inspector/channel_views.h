// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QImage>
#include <QWidget>
#include <vector>

#include "widgets/inspector/layer_detail.h"

namespace ew::widgets {

/// The range of each output channel as a bar, the original's behind it; ranges far above the usual are marked.
class ChannelRangeView : public QWidget {
  Q_OBJECT
 public:
  explicit ChannelRangeView(QWidget* parent);
  void setChannels(std::vector<analysis::ChannelStats> original, std::vector<analysis::ChannelStats> current);
  const std::vector<int>& outliers() const { return outliers_; }
  QSize sizeHint() const override;
  QSize minimumSizeHint() const override { return sizeHint() * 0.7; }

 protected:
  void paintEvent(QPaintEvent*) override;
  bool event(QEvent* event) override;

 private:
  QRectF plot() const;
  void paintBars(QPainter& painter, const QRectF& area, const std::vector<analysis::ChannelStats>& channels, const QColor& colour) const;
  std::vector<analysis::ChannelStats> original_, current_;
  std::vector<int> outliers_;  ///< of current_: more than three times the median range
  double low_ = 0, high_ = 0;
};

/// Where the zeros are: a row an output channel, a column an input channel; the more zeros, the stronger the colour.
class ZeroMapView : public QWidget {
  Q_OBJECT
 public:
  explicit ZeroMapView(QWidget* parent);
  void setMap(const WeightDetail& detail);
  QSize sizeHint() const override;
  QSize minimumSizeHint() const override { return sizeHint() * 0.7; }

 protected:
  void paintEvent(QPaintEvent*) override;
  bool event(QEvent* event) override;

 private:
  QRectF plot() const;
  QImage map_;
  std::int64_t rows_ = 0, columns_ = 0;
};

}  // namespace ew::widgets
