// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/memory/memory_panel.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QToolTip>
#include <algorithm>

#include "widgets/common/painting.h"
#include "widgets/common/text.h"
#include "widgets/common/theme.h"
#include "widgets/common/units.h"

namespace ew::widgets {

MemoryPanel::MemoryPanel(Selection* selection, QWidget* parent) : Panel(selection, parent) {
  describe(this, "memoryPanel", title());
  setMouseTracking(true);
  setFocusPolicy(Qt::StrongFocus);
  setMinimumHeight(fontMetrics().height() * 6);
  connect(selection, &Selection::changed, this, qOverload<>(&QWidget::update));
}

void MemoryPanel::setProject(std::shared_ptr<const ProjectView> next) {
  const bool sameVersions = project() && next && project()->original == next->original && project()->current == next->current;
  Panel::setProject(std::move(next));
  if (sameVersions) return;
  if (!project()) {
    job_.cancel();
    data_ = {};
    return update();
  }
  job_.start([this, view = project()](Progress& progress) -> std::function<void()> {
    MemoryData data = memoryData(*view, progress);
    return [this, data = std::move(data)]() mutable {
      data_ = std::move(data);
      highest_ = static_cast<double>(std::max({data_.original.peakBytes(), data_.current.peakBytes(), std::int64_t{1}}));
      // The limit belongs into the picture only when it is in reach.
      if (data_.limit && static_cast<double>(*data_.limit) < highest_ * 3) highest_ = std::max(highest_, static_cast<double>(*data_.limit));
      highest_ *= 1.08;
      setAccessibleDescription(tr("Peak %1").arg(quantity(Quantity::Bytes, static_cast<double>(data_.current.peakBytes()))));
      update();
    };
  });
}

QRectF MemoryPanel::plot() const {
  const double line = QFontMetricsF(font()).height();
  return QRectF(rect()).adjusted(line * 4.2, line * 1.5, -line * 0.8, -line * 1.4);
}

double MemoryPanel::yOf(double bytes) const { return plot().bottom() - bytes / highest_ * plot().height(); }

int MemoryPanel::indexAt(double x) const {
  const auto count = static_cast<double>(data_.current.nodes.size());
  const double at = (x - plot().left()) / plot().width();
  return at < 0 || at >= 1 || count == 0 ? -1 : static_cast<int>(at * count);
}

void MemoryPanel::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.fillRect(rect(), theme().base);
  if (data_.current.peakBytes() == 0)
    return paintEmptyState(painter, rect(), project() ? tr("Memory is not known") : tr("No model is open"),
                           project() ? tr("The shapes of this model cannot be inferred.") : QString());
  painter.setRenderHint(QPainter::Antialiasing);
  const QRectF area = plot();
  paintAxis(painter, area);
  if (!data_.original.bytes.empty()) paintLine(painter, area, data_.original, theme().original, false);
  paintLine(painter, area, data_.current, theme().current, true);
  paintMarks(painter, area);
  if (hasFocus()) {
    painter.setPen(theme().accent);
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(rect().adjusted(0, 0, -1, -1));
  }
}

void MemoryPanel::paintAxis(QPainter& painter, const QRectF& area) const {
  painter.setFont(scaledFont(0.88));
  const double line = QFontMetricsF(painter.font()).height();
  const Scale scale = scaleFor(Quantity::Bytes, {highest_});
  for (const double tick : axisTicks(0, highest_ * scale.factor, std::max(2, static_cast<int>(area.height() / (line * 2))))) {
    const double y = yOf(tick / scale.factor);
    painter.setPen(theme().grid);
    painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y));
    painter.setPen(theme().muted);
    painter.drawText(QRectF(0, y - line, area.left() - line * 0.4, 2 * line), Qt::AlignRight | Qt::AlignVCenter, number(tick) + ' ' + scale.unit);
  }
  painter.setPen(theme().muted);
  painter.drawText(QRectF(area.left(), area.bottom() + line * 0.15, area.width(), line), Qt::AlignLeft, tr("first node"));
  painter.drawText(QRectF(area.left(), area.bottom() + line * 0.15, area.width(), line), Qt::AlignHCenter, tr("execution order"));
  painter.drawText(QRectF(area.left(), area.bottom() + line * 0.15, area.width(), line), Qt::AlignRight, tr("last node"));
  if (!data_.limit || static_cast<double>(*data_.limit) > highest_) return;
  const double y = yOf(static_cast<double>(*data_.limit));
  painter.setPen(QPen(theme().warning, 1.4, Qt::DashLine));
  painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y));
  painter.drawText(QRectF(area.left(), y - line * 1.1, area.width(), line), Qt::AlignLeft, tr("the device has %1").arg(quantity(Quantity::Bytes, static_cast<double>(*data_.limit))));
}

void MemoryPanel::paintLine(QPainter& painter, const QRectF& area, const MemoryLine& line, const QColor& colour, bool filled) const {
  const auto count = static_cast<double>(line.bytes.size());
  QPainterPath path(area.bottomLeft());
  double lastX = area.left();
  for (std::size_t i = 0; i < line.bytes.size();) {
    // More nodes than pixels: each pixel column shows its highest.
    std::size_t end = i + 1;
    std::int64_t highest = line.bytes[i];
    const double x0 = area.left() + static_cast<double>(i) / count * area.width();
    while (end < line.bytes.size() && area.left() + static_cast<double>(end) / count * area.width() < x0 + 1) highest = std::max(highest, line.bytes[end++]);
    lastX = area.left() + static_cast<double>(end) / count * area.width();
    path.lineTo(x0, yOf(static_cast<double>(highest)));
    path.lineTo(lastX, yOf(static_cast<double>(highest)));
    i = end;
  }
  path.lineTo(lastX, area.bottom());
  QColor fill = colour;
  fill.setAlphaF(0.28F);
  painter.setPen(QPen(colour, 1.4));
  painter.setBrush(filled ? QBrush(fill) : QBrush(Qt::NoBrush));
  painter.drawPath(path);
}

/// The peak, the selected nodes and the one under the pointer.
void MemoryPanel::paintMarks(QPainter& painter, const QRectF& area) const {
  const auto count = static_cast<double>(data_.current.nodes.size());
  const double step = area.width() / count;
  const auto bar = [&](std::size_t i, QColor colour) {
    colour.setAlphaF(0.35F);
    painter.fillRect(QRectF(area.left() + step * static_cast<double>(i), area.top(), std::max(2.0, step), area.height()), colour);
  };
  for (std::size_t i = 0; i < data_.current.nodes.size(); ++i)
    if (selection()->contains(data_.current.nodes[i])) bar(i, theme().warning);
  if (hovered_ >= 0) bar(static_cast<std::size_t>(hovered_), theme().muted);
  const double x = area.left() + step * (static_cast<double>(data_.current.peak) + 0.5);
  painter.setPen(theme().text);
  painter.setFont(scaledFont(0.88, true));
  const QString text = tr("peak %1").arg(quantity(Quantity::Bytes, static_cast<double>(data_.current.peakBytes())));
  const double width = QFontMetricsF(painter.font()).horizontalAdvance(text) + 8, line = QFontMetricsF(painter.font()).height();
  const double left = std::clamp(x - width / 2, area.left(), std::max(area.left(), area.right() - width));
  painter.drawText(QRectF(left, yOf(static_cast<double>(data_.current.peakBytes())) - line * 1.15, width, line), Qt::AlignCenter, text);
  painter.setFont(scaledFont(0.88));
  if (data_.original.bytes.empty()) return;
  painter.setPen(theme().muted);
  painter.drawText(QRectF(area.left(), 0, area.width(), area.top()), Qt::AlignRight | Qt::AlignVCenter,
                   tr("line: original, peak %1").arg(quantity(Quantity::Bytes, static_cast<double>(data_.original.peakBytes()))));
}

void MemoryPanel::describeIndex(int index) {
  const auto i = static_cast<std::size_t>(index);
  const Node* node = project() ? project()->current->graph->node(data_.current.nodes[i]) : nullptr;
  if (node == nullptr) return;
  const QString text = tr("%1 %2: %3 alive").arg(shown(node->opType), shown(displayName(*project()->current->graph, *node)),
                                                 quantity(Quantity::Bytes, static_cast<double>(data_.current.bytes[i])));
  setAccessibleDescription(text);
  if (underMouse()) QToolTip::showText(QCursor::pos(), text, this);
}

void MemoryPanel::mousePressEvent(QMouseEvent* event) {
  const int index = indexAt(event->position().x());
  if (index >= 0) selection()->selectOnly(data_.current.nodes[static_cast<std::size_t>(index)]);
}

void MemoryPanel::mouseMoveEvent(QMouseEvent* event) {
  const int index = indexAt(event->position().x());
  if (index == hovered_) return;
  hovered_ = index;
  selection()->setHovered(index < 0 ? kNone : data_.current.nodes[static_cast<std::size_t>(index)]);
  if (index >= 0) describeIndex(index);
  update();
}

void MemoryPanel::leaveEvent(QEvent*) {
  hovered_ = -1;
  selection()->setHovered(kNone);
  update();
}

void MemoryPanel::keyPressEvent(QKeyEvent* event) {
  const int step = event->key() == Qt::Key_Right ? 1 : event->key() == Qt::Key_Left ? -1 : 0;
  if (step == 0 || data_.current.nodes.empty()) return QWidget::keyPressEvent(event);
  const auto& nodes = data_.current.nodes;
  const auto found = std::ranges::find(nodes, selection()->primary());
  const auto at = found == nodes.end() ? 0 : std::clamp<std::ptrdiff_t>(found - nodes.begin() + step, 0, std::ssize(nodes) - 1);
  selection()->selectOnly(nodes[static_cast<std::size_t>(at)]);
  describeIndex(static_cast<int>(at));
}

}  // namespace ew::widgets
