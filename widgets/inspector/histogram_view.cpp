// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/inspector/histogram_view.h"

#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <cmath>

#include "widgets/common/painting.h"
#include "widgets/common/theme.h"
#include "widgets/common/units.h"

namespace ew::widgets {

HistogramView::HistogramView(const char* objectName, const QString& name, QWidget* parent) : QWidget(parent) {
  describe(this, objectName, name);
  setMouseTracking(true);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

QSize HistogramView::sizeHint() const { return {fontMetrics().height() * 18, fontMetrics().height() * 11}; }
QSize HistogramView::minimumSizeHint() const { return {fontMetrics().height() * 10, fontMetrics().height() * 8}; }

void HistogramView::setSeries(std::vector<Series> series) {
  series_ = std::move(series);
  largest_ = 0;
  QStringList words;
  for (const Series& each : series_) {
    for (const std::int64_t count : each.histogram.counts) largest_ = std::max(largest_, count);
    words << tr("%1: %2 values from %3 to %4").arg(each.name, grouped(each.histogram.total), number(each.histogram.range.low), number(each.histogram.range.high));
  }
  setAccessibleDescription(words.join(QStringLiteral("; ")));
  hoveredBin_ = -1;
  update();
}

void HistogramView::setClip(std::optional<analysis::Range> clip) {
  clip_ = clip;
  update();
}

void HistogramView::setLogarithmic(bool logarithmic) {
  logarithmic_ = logarithmic;
  update();
}

QRectF HistogramView::plot() const {
  const double line = QFontMetricsF(font()).height();
  return QRectF(rect()).adjusted(line * 0.5, line * 1.5, -line * 0.5, -line * 1.4);
}

double HistogramView::height(std::int64_t count) const {
  if (largest_ == 0 || count <= 0) return 0;
  const auto value = static_cast<double>(count), most = static_cast<double>(largest_);
  return logarithmic_ ? std::log1p(value) / std::log1p(most) : value / most;
}

void HistogramView::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const QRectF area = plot();
  if (series_.empty() || area.width() < 20 || area.height() < 20) return;
  paintAxis(painter, area);
  for (std::size_t i = 0; i < series_.size(); ++i) paintSeries(painter, area, series_[i], i == 0 && series_.size() > 1);
  paintLegend(painter, area);
}

void HistogramView::paintAxis(QPainter& painter, const QRectF& area) const {
  const analysis::Range range = series_.front().histogram.range;
  const double span = range.high - range.low;
  painter.setFont(scaledFont(0.88));
  const double line = QFontMetricsF(painter.font()).height();
  for (const double tick : axisTicks(range.low, range.high, std::max(2, static_cast<int>(area.width() / (line * 4.5))))) {
    const double x = area.left() + (tick - range.low) / span * area.width();
    painter.setPen(tick == 0 ? theme().border : theme().grid);
    painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
    painter.setPen(theme().muted);
    const double half = line * 3;
    const double left = std::clamp(x - half, area.left() - line * 0.4, std::max(area.left(), area.right() + line * 0.4 - 2 * half));
    const auto side = left > x - half ? Qt::AlignLeft : left < x - half ? Qt::AlignRight : Qt::AlignHCenter;
    painter.drawText(QRectF(left, area.bottom() + line * 0.15, 2 * half, line), side | Qt::AlignTop, number(tick));
  }
  painter.setPen(theme().border);
  painter.drawLine(area.bottomLeft(), area.bottomRight());
  if (!clip_ || span <= 0) return;
  painter.setPen(QPen(theme().warning, 1.5, Qt::DashLine));
  for (const double at : {clip_->low, clip_->high}) {
    const double x = area.left() + (at - range.low) / span * area.width();
    if (x >= area.left() && x <= area.right()) painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
  }
}

void HistogramView::paintSeries(QPainter& painter, const QRectF& area, const Series& series, bool filled) const {
  const auto& counts = series.histogram.counts;
  if (counts.empty()) return;
  const double step = area.width() / static_cast<double>(counts.size());
  QPainterPath outline(area.bottomLeft());
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const double y = area.bottom() - height(counts[i]) * area.height();
    outline.lineTo(area.left() + step * static_cast<double>(i), y);
    outline.lineTo(area.left() + step * static_cast<double>(i + 1), y);
  }
  outline.lineTo(area.bottomRight());
  QColor fill = series.colour();
  fill.setAlphaF(filled ? 0.55F : 0.14F);
  painter.setPen(filled ? QPen(Qt::NoPen) : QPen(series.colour(), 1.5));
  painter.setBrush(fill);
  painter.drawPath(outline);
  if (hoveredBin_ >= 0 && hoveredBin_ < static_cast<int>(counts.size())) {
    QColor veil = theme().text;
    veil.setAlphaF(0.12F);
    painter.fillRect(QRectF(area.left() + step * hoveredBin_, area.top(), step, area.height()), veil);
  }
}

/// Names with the share of zeros; for the bin under the pointer its limits and counts.
void HistogramView::paintLegend(QPainter& painter, const QRectF& area) const {
  painter.setFont(scaledFont(0.88));
  const QFontMetricsF metrics(painter.font());
  const double line = metrics.height(), top = area.top() - line * 1.35;
  double x = area.left();
  for (const Series& series : series_) {
    QString text = series.name;
    if (hoveredBin_ >= 0 && hoveredBin_ < static_cast<int>(series.histogram.counts.size()))
      text += ' ' + grouped(series.histogram.counts[static_cast<std::size_t>(hoveredBin_)]);
    else if (series.histogram.zeros > 0)
      text += tr(" + %1 zeros").arg(quantity(Quantity::Percent, 100.0 * static_cast<double>(series.histogram.zeros) / static_cast<double>(std::max<std::int64_t>(1, series.histogram.total))));
    painter.fillRect(QRectF(x, top + line * 0.22, line * 0.6, line * 0.6), series.colour());
    painter.setPen(theme().text);
    painter.drawText(QPointF(x + line * 0.85, top + metrics.ascent()), text);
    x += line * 1.7 + metrics.horizontalAdvance(text);
  }
  if (hoveredBin_ < 0 || series_.empty()) return;
  const analysis::Histogram& first = series_.front().histogram;
  const double width = (first.range.high - first.range.low) / static_cast<double>(first.counts.size());
  const double low = first.range.low + width * hoveredBin_;
  painter.setPen(theme().muted);
  const QString text = tr("%1 to %2").arg(number(low), number(low + width));
  if (x + metrics.horizontalAdvance(text) < area.right())
    painter.drawText(QRectF(area.left(), top, area.width(), line), Qt::AlignRight | Qt::AlignTop, text);
}

void HistogramView::mouseMoveEvent(QMouseEvent* event) {
  const QRectF area = plot();
  int bin = -1;
  if (!series_.empty() && !series_.front().histogram.counts.empty() && event->position().x() >= area.left() && event->position().x() < area.right())
    bin = static_cast<int>((event->position().x() - area.left()) / area.width() * static_cast<double>(series_.front().histogram.counts.size()));
  if (bin == hoveredBin_) return;
  hoveredBin_ = bin;
  update();
}

void HistogramView::leaveEvent(QEvent*) {
  hoveredBin_ = -1;
  update();
}

}  // namespace ew::widgets
