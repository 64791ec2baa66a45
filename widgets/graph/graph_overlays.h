// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPixmap>
#include <QWidget>

#include "widgets/graph/graph_painter.h"

namespace ew::widgets {

/// Scale or categories of the colouring, with its unit, over a corner of the graph.
class GraphLegend : public QWidget {
  Q_OBJECT
 public:
  explicit GraphLegend(QWidget* parent);
  void setColouring(const Colouring* colouring);
  QSize sizeHint() const override;

 protected:
  void paintEvent(QPaintEvent*) override;

 private:
  void paintScale(QPainter& painter, const QRectF& area) const;
  const Colouring* colouring_ = nullptr;
};

/// The whole graph in small, with the part that the view shows; press or drag to go there.
class GraphMinimap : public QWidget {
  Q_OBJECT
 public:
  explicit GraphMinimap(QWidget* parent);
  /// Redraws from the painter's scene and colours; `room` is the most that the map may take.
  void rebuild(const GraphPainter& painter, const QSize& room);
  void setVisibleScene(const QRectF& scene);
  bool empty() const { return picture_.isNull(); }

 signals:
  void pointed(const QPointF& scenePoint);

 protected:
  void paintEvent(QPaintEvent*) override;
  void mousePressEvent(QMouseEvent*) override;
  void mouseMoveEvent(QMouseEvent*) override;

 private:
  QPixmap picture_;
  QRectF bounds_, visible_;
  double scaleX_ = 1, scaleY_ = 1;
};

}  // namespace ew::widgets
