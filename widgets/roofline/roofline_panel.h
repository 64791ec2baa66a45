// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/common/background.h"
#include "widgets/common/panel.h"
#include "widgets/roofline/roofline_data.h"

namespace ew::widgets {

/// Every layer as a point under the roofs of the device; a click selects the layer.
class RooflinePanel : public Panel {
  Q_OBJECT
 public:
  RooflinePanel(Selection* selection, QWidget* parent);

  QString title() const override { return tr("Roofline"); }
  void setProject(std::shared_ptr<const ProjectView> project) override;
  const RooflineData& data() const { return data_; }

 protected:
  void paintEvent(QPaintEvent*) override;
  void mousePressEvent(QMouseEvent*) override;
  void mouseMoveEvent(QMouseEvent*) override;
  void leaveEvent(QEvent*) override;

 private:
  struct Axis { double low = 0, high = 1; };  ///< powers of ten
  void show(RooflineData data);
  QRectF plot() const;
  QPointF place(double intensity, double macsPerSecond) const;
  const RooflineData::Point* pointAt(const QPointF& position) const;
  void paintAxes(QPainter& painter, const QRectF& area) const;
  void paintRoofs(QPainter& painter, const QRectF& area) const;
  void paintPoints(QPainter& painter) const;

  RooflineData data_;
  LatestJob job_;
  Axis x_, y_;
  NodeId hovered_ = kNone;
};

}  // namespace ew::widgets
