// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/common/background.h"
#include "widgets/common/panel.h"
#include "widgets/memory/memory_data.h"

namespace ew::widgets {

/// Activations alive over the run of the model, node by node, with the peak and the device's limit. A click selects
/// the node, arrow keys walk.
class MemoryPanel : public Panel {
  Q_OBJECT
 public:
  MemoryPanel(Selection* selection, QWidget* parent);

  QString title() const override { return tr("Memory timeline"); }
  void setProject(std::shared_ptr<const ProjectView> project) override;
  const MemoryData& data() const { return data_; }

 protected:
  void paintEvent(QPaintEvent*) override;
  void mousePressEvent(QMouseEvent*) override;
  void mouseMoveEvent(QMouseEvent*) override;
  void leaveEvent(QEvent*) override;
  void keyPressEvent(QKeyEvent*) override;

 private:
  QRectF plot() const;
  int indexAt(double x) const;
  double yOf(double bytes) const;
  void paintAxis(QPainter& painter, const QRectF& area) const;
  void paintLine(QPainter& painter, const QRectF& area, const MemoryLine& line, const QColor& colour, bool filled) const;
  void paintMarks(QPainter& painter, const QRectF& area) const;
  void describeIndex(int index);

  MemoryData data_;
  LatestJob job_;
  double highest_ = 1;
  int hovered_ = -1;
};

}  // namespace ew::widgets
