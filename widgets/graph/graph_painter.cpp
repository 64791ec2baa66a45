// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/graph/graph_painter.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <cmath>

#include "widgets/common/painting.h"
#include "widgets/common/theme.h"

namespace ew::widgets {
namespace {

constexpr int kLinesOfText = 5;  // keys of fitted texts: item * kLinesOfText + line

/// The font whose lines are `unit` high in scene coordinates.
QFont sceneFont(double unit, double factor, bool bold = false) {
  QFont font = scaledFont(1, bold);
  const double height = QFontMetricsF(font).height();
  font.setPixelSize(std::max(1, static_cast<int>(std::lround(QFontInfo(font).pixelSize() * unit / height * factor))));
  return font;
}

QPainterPath pathOf(const Layout::Segment& segment) {
  QPainterPath path(QPointF(segment.x0, segment.y0));
  path.lineTo(segment.x0, segment.bend);
  const double middle = (segment.bend + segment.y1) / 2;
  path.cubicTo(segment.x0, middle, segment.x1, middle, segment.x1, segment.y1);
  return path;
}

}  // namespace

/// What is worth drawing at a zoom.
struct GraphPainter::Detail {
  QRectF visible;
  double zoom = 1;
  double textPixels = 0;
  std::size_t first = 0, last = 0;  // layers
  bool text() const { return textPixels >= kSmallestTextPixels; }
  bool titlesOnly() const { return !text() && textPixels >= 3.5; }
  bool curves() const { return textPixels >= 2.5; }
  bool boxes() const { return textPixels >= 0.5; }
};

void GraphPainter::setScene(std::shared_ptr<const GraphScene> scene) {
  scene_ = std::move(scene);
  marks_.assign(scene_ ? scene_->boxes.size() : 0, 0);
  markedItems_.clear();
  fitted_.clear();
  if (!scene_) return;
  const double unit = scene_->unit;
  fonts_ = {sceneFont(unit, 0.95, true), sceneFont(unit, 0.88), sceneFont(unit, 0.75), sceneFont(unit, 2.0), sceneFont(unit, 1.2)};
}

void GraphPainter::setColouring(Colouring colouring) {
  colouring_ = std::move(colouring);
  fitted_.clear();
}

void GraphPainter::clearMarks() {
  for (const int item : markedItems_) marks_[static_cast<std::size_t>(item)] = 0;
  markedItems_.clear();
}

void GraphPainter::mark(int item, Mark mark) {
  if (item < 0 || static_cast<std::size_t>(item) >= marks_.size()) return;
  unsigned char& marks = marks_[static_cast<std::size_t>(item)];
  if (marks == 0) markedItems_.push_back(item);
  marks = static_cast<unsigned char>(marks | static_cast<unsigned char>(mark));
}

bool GraphPainter::marked(int item, Mark mark) const {
  return item >= 0 && static_cast<std::size_t>(item) < marks_.size() &&
         (marks_[static_cast<std::size_t>(item)] & static_cast<unsigned char>(mark)) != 0;
}

QString GraphPainter::fitted(int item, int line, const QFont& font, const QString& text, double width) const {
  const auto [it, fresh] = fitted_.try_emplace(item * kLinesOfText + line);
  if (fresh) it->second = elided(font, text, width);
  return it->second;
}

void GraphPainter::paint(QPainter& painter, const QRectF& visible, double zoom) const {
  if (!scene_) return;
  Detail detail;
  detail.visible = visible;
  detail.zoom = zoom;
  detail.textPixels = scene_->unit * zoom * 0.75;
  std::tie(detail.first, detail.last) = scene_->layersBetween(visible.top(), visible.bottom());
  painter.save();
  paintOutlines(painter, detail);
  paintEdges(painter, detail);
  paintItems(painter, detail);
  painter.restore();
}

void GraphPainter::paintOutlines(QPainter& painter, const Detail& detail) const {
  QPen pen(mix(theme().border, theme().canvas, 0.2));
  pen.setCosmetic(true);
  painter.setPen(pen);
  painter.setBrush(mix(theme().canvas, theme().text, 0.035));
  const QFont& font = fonts_.text;
  for (std::size_t b = 0; b < scene_->outlines.size(); ++b) {
    const QRectF& outline = scene_->outlines[b];
    if (outline.isNull() || !outline.intersects(detail.visible)) continue;
    painter.drawRoundedRect(outline, scene_->unit * 0.3, scene_->unit * 0.3);
    if (!detail.text()) continue;
    const Block& block = scene_->display.blocks[b];
    painter.save();
    painter.setFont(font);
    painter.setPen(theme().muted);
    const QString label = block.name.empty() ? QStringLiteral("%1 / %2").arg(block.number).arg(block.siblings)
                                             : QString::fromStdString(block.name);
    // Beside the box: inside, edges and nodes need the room.
    painter.translate(outline.left() - scene_->unit * 0.25, outline.bottom());
    painter.rotate(-90);
    painter.drawText(QRectF(0, -scene_->unit * 1.2, outline.height(), scene_->unit * 1.2), Qt::AlignRight | Qt::AlignVCenter,
                     elided(font, label, outline.height()));
    painter.restore();
  }
}

void GraphPainter::paintEdges(QPainter& painter, const Detail& detail) const {
  if (!detail.boxes() || scene_->layout.segments.empty()) return;
  const std::size_t firstGap = detail.first == 0 ? 0 : detail.first - 1;
  const auto begin = static_cast<std::size_t>(scene_->layout.firstSegment[firstGap]);
  const auto end = static_cast<std::size_t>(scene_->layout.firstSegment[detail.last]);
  QPen plain(theme().edge, 1.2), strong(theme().accent, 2);
  plain.setCosmetic(true);
  plain.setCapStyle(Qt::FlatCap);
  strong.setCapStyle(Qt::FlatCap);
  strong.setCosmetic(true);
  painter.setRenderHint(QPainter::Antialiasing, detail.curves());
  painter.setBrush(Qt::NoBrush);
  painter.setPen(plain);
  std::vector<std::size_t> marked;
  QList<QLineF> lines;
  for (std::size_t s = begin; s < end; ++s) {
    const Layout::Segment& segment = scene_->layout.segments[s];
    const double left = std::min(segment.x0, segment.x1), right = std::max(segment.x0, segment.x1);
    if (right < detail.visible.left() || left > detail.visible.right()) continue;
    if (this->marked(segment.source, Mark::Selected) || (segment.target >= 0 && this->marked(segment.target, Mark::Selected)))
      marked.push_back(s);
    else if (detail.curves() && segment.x0 != segment.x1)
      painter.drawPath(pathOf(segment));
    else if (segment.x0 == segment.x1)
      lines.append(QLineF(segment.x0, segment.y0, segment.x1, segment.y1));
    else {
      lines.append(QLineF(segment.x0, segment.y0, segment.x0, segment.bend));
      lines.append(QLineF(segment.x0, segment.bend, segment.x1, segment.y1));
    }
  }
  painter.drawLines(lines);
  painter.setPen(strong);
  for (const std::size_t s : marked) painter.drawPath(pathOf(scene_->layout.segments[s]));
  if (!detail.text()) return;
  for (std::size_t s = begin; s < end; ++s)
    if (scene_->badgeOf[s] >= 0)
      paintBadge(painter, scene_->layout.segments[s], scene_->display.edges[static_cast<std::size_t>(scene_->badgeOf[s])].badge);
}

void GraphPainter::paintBadge(QPainter& painter, const Layout::Segment& segment, const QString& text) const {
  const QFont& font = fonts_.small;
  const double width = QFontMetricsF(font).horizontalAdvance(text) + scene_->unit * 0.5, height = scene_->unit * 0.95;
  const QRectF box(segment.x1 - width / 2, segment.y1 - height - scene_->unit * 0.35, width, height);
  painter.setPen(Qt::NoPen);
  painter.setBrush(mix(theme().canvas, theme().good, 0.25));
  painter.drawRoundedRect(box, height / 2, height / 2);
  painter.setPen(mix(theme().text, theme().good, 0.4));
  painter.setFont(font);
  painter.drawText(box, Qt::AlignCenter, text);
}

void GraphPainter::paintItems(QPainter& painter, const Detail& detail) const {
  painter.setRenderHint(QPainter::Antialiasing, detail.textPixels >= 2);
  if (!detail.boxes()) {
    // So far away that a layer is less than a pixel: one line a pixel row is all that can be seen.
    double lastLine = -1e9;
    for (std::size_t row = detail.first; row < detail.last; ++row) {
      if (scene_->layout.bands[row].top - lastLine < 0.5 / detail.zoom) continue;
      lastLine = scene_->layout.bands[row].top;
      for (const int item : scene_->layout.layers[row]) paintBox(painter, item, detail);
    }
  } else {
    for (std::size_t row = detail.first; row < detail.last; ++row)
      for (const int item : scene_->layout.layers[row])
        if (scene_->boxes[static_cast<std::size_t>(item)].intersects(detail.visible)) paintBox(painter, item, detail);
  }
  // What is marked must be seen however far away it is.
  const double smallest = 5 / detail.zoom;
  if (!detail.titlesOnly() && !detail.text())
    for (const int item : markedItems_) {
      QRectF box = scene_->boxes[static_cast<std::size_t>(item)];
      const double grow = std::max(0.0, (smallest - box.height()) / 2);
      box.adjust(-grow, -grow, grow, grow);
      if (box.intersects(detail.visible)) painter.fillRect(box, marked(item, Mark::Selected) ? theme().accent : theme().candidate);
    }
}

void GraphPainter::paintBox(QPainter& painter, int item, const Detail& detail) const {
  const auto i = static_cast<std::size_t>(item);
  const QRectF& box = scene_->boxes[i];
  const Colouring::Paint& paint = colouring_.items[i];
  const QColor fill = paint.known ? paint.fill : mix(theme().node, theme().edge, scene_->display.items[i].layer ? 0.25 : 0.4);
  if (!detail.titlesOnly() && !detail.text()) {
    painter.fillRect(box, fill);
    return;
  }
  QPen pen(mix(theme().border, theme().text, 0.25), 1);
  if (marked(item, Mark::Coupled)) pen = QPen(theme().candidate, 2, Qt::DashLine);
  if (marked(item, Mark::Hit)) pen = QPen(theme().warning, 2.5);
  if (marked(item, Mark::Hovered)) pen = QPen(theme().accent, 1.5);
  if (marked(item, Mark::Selected)) pen = QPen(theme().accent, 3);
  pen.setCosmetic(true);
  const double radius = scene_->unit * (scene_->display.items[i].kind == DisplayItem::Kind::Node ? 0.3 : 0.75);
  if (scene_->display.items[i].kind == DisplayItem::Kind::Block) {
    painter.setPen(pen);
    painter.setBrush(mix(theme().node, theme().edge, 0.35));
    painter.drawRoundedRect(box.translated(scene_->unit * 0.28, scene_->unit * 0.28), radius, radius);
  }
  painter.setPen(pen);
  painter.setBrush(detail.text() ? theme().node : fill);
  painter.drawRoundedRect(box, radius, radius);
  if (detail.text()) {
    scene_->display.items[i].layer ? paintCard(painter, item, box) : paintLine(painter, item, box);
    return;
  }
  painter.setPen(readableOn(fill));
  const QFont& font = scene_->display.items[i].layer ? fonts_.far : fonts_.farSmall;
  painter.setFont(font);
  painter.drawText(box, Qt::AlignCenter, fitted(item, 4, font, scene_->display.items[i].title, box.width()));
}

/// A header in the colour of the map with operator and number, below it name, shape and facts.
void GraphPainter::paintCard(QPainter& painter, int item, const QRectF& box) const {
  const auto i = static_cast<std::size_t>(item);
  const DisplayItem& entry = scene_->display.items[i];
  const Colouring::Paint& paint = colouring_.items[i];
  const double unit = scene_->unit, pad = unit * 0.45;
  const QColor fill = paint.known ? paint.fill : mix(theme().node, theme().edge, 0.25);
  const QRectF header(box.left(), box.top(), box.width(), unit * 1.35);
  QPainterPath clip;
  clip.addRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), unit * 0.3, unit * 0.3);
  painter.save();
  painter.setClipPath(clip, Qt::IntersectClip);
  painter.fillRect(header, fill);
  painter.restore();
  const QFont &bold = fonts_.title, &text = fonts_.text;
  const QRectF line = header.adjusted(pad, 0, -pad, 0);
  painter.setPen(readableOn(fill));
  painter.setFont(text);
  const double labelWidth = paint.label.isEmpty() ? 0 : QFontMetricsF(text).horizontalAdvance(paint.label) + pad;
  painter.drawText(line, Qt::AlignRight | Qt::AlignVCenter, paint.label);
  painter.setFont(bold);
  painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter, fitted(item, 0, bold, entry.title, line.width() - labelWidth));
  painter.setFont(text);
  painter.setPen(theme().text);
  QRectF row(line.left(), header.bottom() + unit * 0.1, line.width(), unit * 1.15);
  painter.drawText(row, Qt::AlignLeft | Qt::AlignVCenter, fitted(item, 1, text, entry.name, row.width()));
  row.translate(0, unit * 1.05);
  painter.setPen(theme().muted);
  painter.drawText(row, Qt::AlignLeft | Qt::AlignVCenter, fitted(item, 2, text, entry.shape, row.width()));
  row.translate(0, unit * 1.05);
  painter.drawText(row, Qt::AlignLeft | Qt::AlignVCenter, fitted(item, 3, text, entry.facts, row.width()));
}

/// Operator and shape on one line, with a bar in the colour of the map; a terminal's name instead of its operator.
void GraphPainter::paintLine(QPainter& painter, int item, const QRectF& box) const {
  const auto i = static_cast<std::size_t>(item);
  const DisplayItem& entry = scene_->display.items[i];
  const Colouring::Paint& paint = colouring_.items[i];
  const double unit = scene_->unit, pad = unit * 0.45;
  QRectF line = box.adjusted(pad, 0, -pad, 0);
  const bool terminal = entry.kind != DisplayItem::Kind::Node;
  if (paint.known) {
    painter.fillRect(QRectF(box.left() + 1, box.top() + unit * 0.2, unit * 0.35, box.height() - unit * 0.4), paint.fill);
    line.setLeft(line.left() + unit * 0.25);
  }
  const QFont& text = fonts_.text;
  const QString side = paint.known && !paint.label.isEmpty() ? paint.label : entry.shape;
  const QString main = terminal ? entry.name : entry.title;
  const double mainWidth = std::min(QFontMetricsF(text).horizontalAdvance(main), line.width() * 0.8);
  painter.setFont(text);
  painter.setPen(theme().text);
  painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter, fitted(item, 0, text, main, mainWidth + 1));
  painter.setPen(theme().muted);
  painter.drawText(line, Qt::AlignRight | Qt::AlignVCenter, fitted(item, 3, text, side, line.width() - mainWidth - pad));
}

}  // namespace ew::widgets
