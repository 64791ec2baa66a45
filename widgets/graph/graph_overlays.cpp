// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/graph/graph_overlays.h"

#include <QMouseEvent>
#include <QPainter>
#include <algorithm>
#include <cmath>

#include "widgets/common/painting.h"
#include "widgets/common/theme.h"

namespace ew::widgets {
namespace {

void paintFrame(QPainter& painter, const QRectF& area) {
  QColor back = theme().raised;
  back.setAlphaF(0.94F);
  painter.setPen(theme().border);
  painter.setBrush(back);
  painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
}

}  // namespace

GraphLegend::GraphLegend(QWidget* parent) : QWidget(parent) {
  describe(this, "graphLegend", tr("Legend"));
  setAttribute(Qt::WA_TransparentForMouseEvents);
}

void GraphLegend::setColouring(const Colouring* colouring) {
  colouring_ = colouring;
  QStringList words{colouring->title};
  for (const Colouring::Entry& entry : colouring->entries) words << entry.label;
  if (colouring->sequential())
    words << tr("%1 to %2").arg(quantity(colouring->quantity, colouring->low), quantity(colouring->quantity, colouring->high));
  setAccessibleDescription((words << colouring->nothing).join(QStringLiteral(", ")));
  updateGeometry();
  update();
}

QSize GraphLegend::sizeHint() const {
  if (colouring_ == nullptr) return {};
  const QFontMetricsF metrics(font());
  const double line = metrics.height(), pad = line * 0.5;
  double width = QFontMetricsF(scaledFont(1, true)).horizontalAdvance(colouring_->title), height = line * 1.2;
  if (!colouring_->nothing.isEmpty()) {
    width = std::max(width, line * 15);
    height += metrics.boundingRect(QRectF(0, 0, width, 1000), Qt::TextWordWrap, colouring_->nothing).height();
  } else if (colouring_->entries.empty()) {
    width = std::max(width, line * 13);
    height += line * 2;
  } else {
    for (const Colouring::Entry& entry : colouring_->entries)
      width = std::max(width, line * 1.2 + metrics.horizontalAdvance(entry.label));
    height += line * 1.15 * static_cast<double>(colouring_->entries.size());
  }
  return QSizeF(width + 2 * pad, height + 2 * pad).toSize() + QSize(1, 1);
}

void GraphLegend::paintEvent(QPaintEvent*) {
  if (colouring_ == nullptr) return;
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  paintFrame(painter, rect());
  const double line = QFontMetricsF(font()).height(), pad = line * 0.5;
  QRectF area = QRectF(rect()).adjusted(pad, pad, -pad, -pad);
  painter.setFont(scaledFont(1, true));
  painter.setPen(theme().text);
  painter.drawText(area, Qt::AlignLeft | Qt::AlignTop, colouring_->title);
  area.setTop(area.top() + line * 1.2);
  painter.setFont(font());
  if (!colouring_->nothing.isEmpty()) {
    painter.setPen(theme().muted);
    painter.drawText(area, Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap, colouring_->nothing);
    return;
  }
  if (colouring_->entries.empty()) return paintScale(painter, area);
  for (const Colouring::Entry& entry : colouring_->entries) {
    painter.setPen(mix(entry.colour, theme().text, 0.4));
    painter.setBrush(entry.colour);
    painter.drawRoundedRect(QRectF(area.left(), area.top() + line * 0.15, line * 0.75, line * 0.75), 2, 2);
    painter.setPen(theme().text);
    painter.drawText(QRectF(area.left() + line * 1.2, area.top(), area.width(), line), Qt::AlignLeft | Qt::AlignVCenter,
                     entry.label);
    area.setTop(area.top() + line * 1.15);
  }
}

void GraphLegend::paintScale(QPainter& painter, const QRectF& area) const {
  const double line = QFontMetricsF(font()).height();
  const QRectF bar(area.left(), area.top() + line * 0.1, area.width(), line * 0.7);
  QLinearGradient gradient(bar.topLeft(), bar.topRight());
  for (int i = 0; i <= 16; ++i) gradient.setColorAt(i / 16.0, theme().heat(i / 16.0));
  painter.setPen(theme().border);
  painter.setBrush(gradient);
  painter.drawRect(bar);
  painter.setPen(theme().muted);
  const Scale scale = scaleFor(colouring_->quantity, {colouring_->high});
  const double high = colouring_->high * scale.factor;
  const QRectF text(area.left(), bar.bottom() + line * 0.1, area.width(), line);
  painter.drawText(text, Qt::AlignLeft | Qt::AlignVCenter, number(colouring_->low * scale.factor));
  painter.drawText(text, Qt::AlignHCenter | Qt::AlignVCenter, number((colouring_->low * scale.factor + high) / 2));
  painter.drawText(text, Qt::AlignRight | Qt::AlignVCenter, number(high) + ' ' + scale.unit);
}

GraphMinimap::GraphMinimap(QWidget* parent) : QWidget(parent) {
  describe(this, "graphMinimap", tr("Overview of the graph"), tr("Press or drag to move the view"));
}

void GraphMinimap::rebuild(const GraphPainter& painter, const QSize& room) {
  if (!painter.scene() || painter.scene()->boxes.empty() || room.width() < 20 || room.height() < 40) {
    picture_ = QPixmap();
    return;
  }
  bounds_ = painter.scene()->bounds();
  constexpr int margin = 4, thinnest = 28;
  const double scale = std::min((room.width() - 2 * margin) / std::max(1.0, bounds_.width()),
                                (room.height() - 2 * margin) / std::max(1.0, bounds_.height()));
  // Deep networks would be a hair line: they are stretched sideways.
  scaleX_ = std::max(scale, std::min(thinnest / std::max(1.0, bounds_.width()), 1.0));
  scaleY_ = std::max(scale, std::min(thinnest / std::max(1.0, bounds_.height()), 1.0));
  resize(static_cast<int>(bounds_.width() * scaleX_) + 2 * margin, static_cast<int>(bounds_.height() * scaleY_) + 2 * margin);
  picture_ = QPixmap(size() * devicePixelRatio());
  picture_.setDevicePixelRatio(devicePixelRatio());
  picture_.fill(Qt::transparent);
  QPainter into(&picture_);
  into.translate(margin, margin);
  into.scale(scaleX_, scaleY_);
  painter.paint(into, bounds_, std::min({scaleX_, scaleY_, 0.12}));
  update();
}

void GraphMinimap::setVisibleScene(const QRectF& scene) {
  visible_ = scene;
  update();
}

void GraphMinimap::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  paintFrame(painter, rect());
  painter.drawPixmap(0, 0, picture_);
  const QRectF part = visible_.intersected(bounds_);
  QRectF box(4 + part.left() * scaleX_, 4 + part.top() * scaleY_, part.width() * scaleX_, part.height() * scaleY_);
  if (box.height() < 4) box.adjust(0, -2, 0, 2);
  QColor veil = theme().accent;
  veil.setAlphaF(0.14F);
  painter.setPen(QPen(theme().accent, 1.2));
  painter.setBrush(veil);
  painter.drawRect(box.intersected(QRectF(rect()).adjusted(1, 1, -1, -1)));
}

void GraphMinimap::mousePressEvent(QMouseEvent* event) {
  if (event->buttons() & Qt::LeftButton)
    emit pointed({(event->position().x() - 4) / scaleX_, (event->position().y() - 4) / scaleY_});
}

void GraphMinimap::mouseMoveEvent(QMouseEvent* event) { mousePressEvent(event); }

}  // namespace ew::widgets
