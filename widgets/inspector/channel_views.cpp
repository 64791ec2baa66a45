// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/inspector/channel_views.h"

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>
#include <algorithm>
#include <cmath>

#include "widgets/common/painting.h"
#include "widgets/common/theme.h"
#include "widgets/common/units.h"

namespace ew::widgets {
namespace {

std::vector<int> findOutliers(const std::vector<analysis::ChannelStats>& channels) {
  std::vector<double> ranges;
  for (const analysis::ChannelStats& channel : channels) ranges.push_back(std::max(std::abs(channel.low), std::abs(channel.high)));
  std::vector<int> out;
  if (ranges.size() < 4) return out;
  std::vector<double> sorted = ranges;
  const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
  std::ranges::nth_element(sorted, middle);
  for (std::size_t i = 0; i < ranges.size(); ++i)
    if (*middle > 0 && ranges[i] > 3 * *middle) out.push_back(static_cast<int>(i));
  return out;
}

}  // namespace

ChannelRangeView::ChannelRangeView(QWidget* parent) : QWidget(parent) {
  describe(this, "channelRanges", tr("Range of each output channel"));
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

QSize ChannelRangeView::sizeHint() const { return {fontMetrics().height() * 18, fontMetrics().height() * 8}; }

void ChannelRangeView::setChannels(std::vector<analysis::ChannelStats> original, std::vector<analysis::ChannelStats> current) {
  original_ = std::move(original);
  current_ = std::move(current);
  outliers_ = findOutliers(current_);
  low_ = high_ = 0;
  for (const auto* list : {&original_, &current_})
    for (const analysis::ChannelStats& channel : *list) {
      low_ = std::min(low_, channel.low);
      high_ = std::max(high_, channel.high);
    }
  setAccessibleDescription(tr("%1 channels, %2 with an unusually wide range").arg(current_.size()).arg(outliers_.size()));
  update();
}

QRectF ChannelRangeView::plot() const {
  const double line = QFontMetricsF(font()).height();
  return QRectF(rect()).adjusted(line * 0.5, line * 1.4, -line * 0.5, -line * 0.3);
}

void ChannelRangeView::paintBars(QPainter& painter, const QRectF& area, const std::vector<analysis::ChannelStats>& channels,
                                 const QColor& colour) const {
  const auto columns = std::min<std::size_t>(channels.size(), static_cast<std::size_t>(std::max(1.0, area.width())));
  const double step = area.width() / static_cast<double>(std::max<std::size_t>(1, columns));
  const auto y = [&](double value) { return area.bottom() - (value - low_) / (high_ - low_) * area.height(); };
  for (std::size_t c = 0; c < columns; ++c) {
    // More channels than pixels: a column shows the widest of those that share it.
    double low = 0, high = 0;
    for (std::size_t i = c * channels.size() / columns; i < (c + 1) * channels.size() / columns; ++i) {
      low = std::min(low, channels[i].low);
      high = std::max(high, channels[i].high);
    }
    const double gap = step > 4 ? 1 : 0;
    painter.fillRect(QRectF(area.left() + step * static_cast<double>(c) + gap / 2, y(high), step - gap, std::max(1.0, y(low) - y(high))), colour);
  }
}

void ChannelRangeView::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setFont(scaledFont(0.88));
  painter.setPen(theme().text);
  const QRectF area = plot();
  painter.drawText(QRectF(area.left(), 0, area.width(), area.top() - 3), Qt::AlignLeft | Qt::AlignBottom,
                   elided(painter.font(), tr("Range by output channel (%1)").arg(current_.size()), area.width()));
  if (current_.empty() || high_ <= low_) return;
  if (!outliers_.empty()) {
    painter.setPen(theme().warning);
    painter.drawText(QRectF(area.left(), 0, area.width(), area.top() - 3), Qt::AlignRight | Qt::AlignBottom,
                     tr("%1 wide").arg(outliers_.size()));
  }
  QColor faint = theme().original;
  faint.setAlphaF(0.45F);
  if (original_.size() == current_.size()) paintBars(painter, area, original_, faint);
  paintBars(painter, area, current_, theme().current);
  for (const int index : outliers_) {
    const double x = area.left() + (index + 0.5) * area.width() / static_cast<double>(current_.size());
    painter.fillRect(QRectF(x - 2, area.top() - 3, 4, 3), theme().warning);
  }
  const double zero = area.bottom() - (0 - low_) / (high_ - low_) * area.height();
  painter.setPen(theme().border);
  painter.drawLine(QPointF(area.left(), zero), QPointF(area.right(), zero));
}

bool ChannelRangeView::event(QEvent* event) {
  if (event->type() != QEvent::ToolTip || current_.empty()) return QWidget::event(event);
  const auto* help = static_cast<QHelpEvent*>(event);
  const double at = (help->pos().x() - plot().left()) / plot().width();
  if (at < 0 || at >= 1) {
    QToolTip::hideText();
    return true;
  }
  const auto index = static_cast<std::size_t>(at * static_cast<double>(current_.size()));
  const analysis::ChannelStats& channel = current_[index];
  QToolTip::showText(help->globalPos(), tr("channel %1: %2 to %3, %4 of %5 weights are zero")
                                            .arg(index).arg(number(channel.low), number(channel.high), grouped(channel.zeros), grouped(channel.count)), this);
  return true;
}

ZeroMapView::ZeroMapView(QWidget* parent) : QWidget(parent) {
  describe(this, "zeroMap", tr("Map of zeros, output channels by input channels"));
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

QSize ZeroMapView::sizeHint() const { return {fontMetrics().height() * 18, fontMetrics().height() * 10}; }

void ZeroMapView::setMap(const WeightDetail& detail) {
  map_ = detail.zeroMap;
  rows_ = detail.mapRows;
  columns_ = detail.mapColumns;
  update();
}

QRectF ZeroMapView::plot() const {
  const double line = QFontMetricsF(font()).height();
  const QRectF room = QRectF(rect()).adjusted(line * 0.5, line * 1.4, -line * 0.5, -line * 0.3);
  if (map_.isNull()) return room;
  // Cells are as square as the room allows, but never flatter than one to four.
  const double scale = std::min(room.width() / map_.width(), room.height() / map_.height());
  const double width = std::min(room.width(), std::max(map_.width() * scale, room.width() / 4));
  const double height = std::min(room.height(), std::max(map_.height() * scale, room.height() / 4));
  return {room.left(), room.top(), width, height};
}

void ZeroMapView::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setFont(scaledFont(0.88));
  painter.setPen(theme().text);
  const QRectF area = plot();
  painter.drawText(QRectF(area.left(), 0, width() - area.left(), area.top() - 3), Qt::AlignLeft | Qt::AlignBottom,
                   elided(painter.font(), tr("Zeros: %1 output channels (down) × %2 inputs").arg(rows_).arg(columns_), width() - area.left()));
  if (map_.isNull()) return;
  QList<QRgb> table;
  for (int i = 0; i < 256; ++i) table.append(theme().heat(i / 255.0).rgb());
  QImage coloured(map_.constBits(), map_.width(), map_.height(), map_.bytesPerLine(), QImage::Format_Indexed8);
  coloured.setColorTable(table);
  painter.drawImage(area, coloured);
  painter.setPen(theme().border);
  painter.drawRect(area);
}

bool ZeroMapView::event(QEvent* event) {
  if (event->type() != QEvent::ToolTip || map_.isNull()) return QWidget::event(event);
  const auto* help = static_cast<QHelpEvent*>(event);
  const QRectF area = plot();
  if (!area.contains(help->pos())) {
    QToolTip::hideText();
    return true;
  }
  const int column = std::min(map_.width() - 1, static_cast<int>((help->pos().x() - area.left()) / area.width() * map_.width()));
  const int row = std::min(map_.height() - 1, static_cast<int>((help->pos().y() - area.top()) / area.height() * map_.height()));
  QToolTip::showText(help->globalPos(), tr("output channel %1, input %2: %3 zeros")
                                            .arg(row * rows_ / map_.height()).arg(column * columns_ / map_.width())
                                            .arg(quantity(Quantity::Percent, map_.constScanLine(row)[column] / 2.55)), this);
  return true;
}

}  // namespace ew::widgets
