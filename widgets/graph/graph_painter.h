// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFont>
#include <QRectF>
#include <memory>
#include <unordered_map>
#include <vector>

#include "widgets/graph/colour_by.h"
#include "widgets/graph/graph_scene.h"

class QPainter;

namespace ew::widgets {

/// How a box stands out.
enum class Mark : unsigned char { None = 0, Selected = 1, Coupled = 2, Hovered = 4, Hit = 8 };

/// Draws a scene at any zoom into any paint device: the view, the minimap and exported images use it alike. The
/// nearer the eye, the more detail: lines of layers, coloured boxes, operators, all text.
class GraphPainter {
 public:
  void setScene(std::shared_ptr<const GraphScene> scene);
  void setColouring(Colouring colouring);
  const std::shared_ptr<const GraphScene>& scene() const { return scene_; }
  const Colouring& colouring() const { return colouring_; }

  void clearMarks();
  void mark(int item, Mark mark);
  bool marked(int item, Mark mark) const;

  /// The painter maps scene coordinates to pixels with `zoom` already; only what meets `visible` is drawn.
  void paint(QPainter& painter, const QRectF& visible, double zoom) const;

 private:
  struct Detail;
  void paintOutlines(QPainter& painter, const Detail& detail) const;
  void paintEdges(QPainter& painter, const Detail& detail) const;
  void paintBadge(QPainter& painter, const Layout::Segment& segment, const QString& text) const;
  void paintItems(QPainter& painter, const Detail& detail) const;
  void paintBox(QPainter& painter, int item, const Detail& detail) const;
  void paintCard(QPainter& painter, int item, const QRectF& box) const;
  void paintLine(QPainter& painter, int item, const QRectF& box) const;
  QString fitted(int item, int line, const QFont& font, const QString& text, double width) const;

  std::shared_ptr<const GraphScene> scene_;
  Colouring colouring_;
  struct Fonts { QFont title, text, small, far, farSmall; } fonts_;  ///< in scene coordinates
  std::vector<unsigned char> marks_;
  std::vector<int> markedItems_;
  mutable std::unordered_map<int, QString> fitted_;  ///< texts cut to their box, kept between frames
};

}  // namespace ew::widgets
