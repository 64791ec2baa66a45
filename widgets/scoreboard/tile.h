// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "widgets/scoreboard/score.h"

namespace ew::widgets {

/// One number, large: original -> current, and the candidate below in a style of its own.
class ScoreTile : public QWidget {
  Q_OBJECT
 public:
  ScoreTile(const char* objectName, QWidget* parent);
  void setContent(TileContent content);
  const TileContent& content() const { return content_; }
  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;

 protected:
  void paintEvent(QPaintEvent*) override;

 private:
  void paintNumbers(QPainter& painter, const QRectF& area) const;
  void paintNote(QPainter& painter, const QRectF& area) const;
  TileContent content_;
};

}  // namespace ew::widgets
