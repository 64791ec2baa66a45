// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QWidget>
#include <optional>
#include <vector>

#include "core/analysis/analysis.h"

namespace ew::widgets {

/// Histograms drawn over each other on one axis: the first filled, the others as lines. The bin under the pointer is
/// told in numbers.
class HistogramView : public QWidget {
  Q_OBJECT
 public:
  struct Series {
    QString name;
    analysis::Histogram histogram;
    QColor (*colour)() = nullptr;            ///< asked while painting, so that themes can change
  };

  HistogramView(const char* objectName, const QString& name, QWidget* parent);
  void setSeries(std::vector<Series> series);
  void setClip(std::optional<analysis::Range> clip);  ///< lines where values are clipped
  void setLogarithmic(bool logarithmic);
  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;

 protected:
  void paintEvent(QPaintEvent*) override;
  void mouseMoveEvent(QMouseEvent*) override;
  void leaveEvent(QEvent*) override;

 private:
  QRectF plot() const;
  double height(std::int64_t count) const;  ///< 0..1
  void paintAxis(QPainter& painter, const QRectF& area) const;
  void paintSeries(QPainter& painter, const QRectF& area, const Series& series, bool filled) const;
  void paintLegend(QPainter& painter, const QRectF& area) const;

  std::vector<Series> series_;
  std::optional<analysis::Range> clip_;
  std::int64_t largest_ = 0;
  bool logarithmic_ = false;
  int hoveredBin_ = -1;
};

}  // namespace ew::widgets
