// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/roofline/roofline_panel.h"

#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>
#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_map>

#include "widgets/common/painting.h"
#include "widgets/common/theme.h"
#include "widgets/common/units.h"

namespace ew::widgets {
namespace {

/// "10 M", "1 G", "100 G" MAC/s.
QString speedText(double macsPerSecond) {
  static constexpr std::array<std::pair<double, const char*>, 4> prefixes{{{1e12, "T"}, {1e9, "G"}, {1e6, "M"}, {1e3, "K"}}};
  for (const auto& [limit, prefix] : prefixes)
    if (macsPerSecond >= limit) return number(macsPerSecond / limit) + QChar(0x202F) + QLatin1String(prefix);
  return number(macsPerSecond);
}

}  // namespace

RooflinePanel::RooflinePanel(Selection* selection, QWidget* parent) : Panel(selection, parent) {
  describe(this, "rooflinePanel", title());
  setMouseTracking(true);
  setMinimumHeight(fontMetrics().height() * 7);
  connect(selection, &Selection::changed, this, qOverload<>(&QWidget::update));
}

void RooflinePanel::setProject(std::shared_ptr<const ProjectView> next) {
  Panel::setProject(std::move(next));
  if (!project()) {
    job_.cancel();
    return show({});
  }
  // The profile of the machine at hand is measured when it is first asked for, which takes a while.
  job_.start([this, view = project()](Progress&) -> std::function<void()> {
    const Result<device::Profile> profile = device::findProfile(view->device);
    RooflineData data = rooflineData(*view, profile.ok() ? &*profile : nullptr);
    return [this, data = std::move(data)]() mutable { show(std::move(data)); };
  });
}

void RooflinePanel::show(RooflineData data) {
  data_ = std::move(data);
  double left = 1e300, right = 0, low = 1e300, high = 0;
  for (const auto* points : {&data_.original, &data_.current})
    for (const RooflineData::Point& point : *points) {
      left = std::min(left, point.intensity);
      right = std::max(right, point.intensity);
      low = std::min(low, point.macsPerSecond);
      high = std::max(high, point.macsPerSecond);
    }
  for (const RooflineData::Roof& roof : data_.roofs) {
    high = std::max(high, roof.macsPerSecond);
    if (data_.bytesPerSecond > 0) right = std::max(right, roof.macsPerSecond / data_.bytesPerSecond);
  }
  if (!data_.empty()) {
    x_ = {std::floor(std::log10(left) - 0.1), std::ceil(std::log10(right) + 0.1)};
    y_ = {std::floor(std::log10(low) - 0.1), std::log10(high) + 0.35};
  }
  setAccessibleDescription(tr("%1 layers").arg(data_.current.size()));
  update();
}

QRectF RooflinePanel::plot() const {
  const double line = QFontMetricsF(font()).height();
  return QRectF(rect()).adjusted(line * 5, line * 0.6, -line, -line * 2.4);
}

QPointF RooflinePanel::place(double intensity, double macsPerSecond) const {
  const QRectF area = plot();
  return {area.left() + (std::log10(intensity) - x_.low) / (x_.high - x_.low) * area.width(),
          area.bottom() - (std::log10(macsPerSecond) - y_.low) / (y_.high - y_.low) * area.height()};
}

void RooflinePanel::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.fillRect(rect(), theme().base);
  if (data_.empty())
    return paintEmptyState(painter, rect(), project() ? tr("No layer's time is known") : tr("No model is open"),
                           project() ? tr("Choose a device: every layer that multiplies is then shown under the limits of its compute and memory.") : QString());
  painter.setRenderHint(QPainter::Antialiasing);
  const QRectF area = plot();
  paintAxes(painter, area);
  painter.setClipRect(area.adjusted(-4, -4, 4, 4));
  paintRoofs(painter, area);
  paintPoints(painter);
}

void RooflinePanel::paintAxes(QPainter& painter, const QRectF& area) const {
  painter.setFont(scaledFont(0.88));
  const double line = QFontMetricsF(painter.font()).height();
  for (double power = x_.low; power <= x_.high + 1e-9; ++power) {
    const double x = place(std::pow(10, power), 1e9).x();
    painter.setPen(theme().grid);
    painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
    painter.setPen(theme().muted);
    painter.drawText(QRectF(x - line * 3, area.bottom() + line * 0.1, line * 6, line), Qt::AlignHCenter, number(std::pow(10, power), 1));
  }
  for (double power = y_.low; power <= y_.high; ++power) {
    const double y = place(1, std::pow(10, power)).y();
    painter.setPen(theme().grid);
    painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y));
    painter.setPen(theme().muted);
    painter.drawText(QRectF(0, y - line, area.left() - line * 0.4, 2 * line), Qt::AlignRight | Qt::AlignVCenter, speedText(std::pow(10, power)));
  }
  painter.setPen(theme().muted);
  painter.drawText(QRectF(area.left(), area.bottom() + line * 1.15, area.width(), line), Qt::AlignHCenter, tr("MACs for each byte moved"));
  painter.save();
  painter.translate(line * 0.2, area.center().y());
  painter.rotate(-90);
  painter.drawText(QRectF(-area.height() / 2, 0, area.height(), line), Qt::AlignCenter, tr("MAC/s"));
  painter.restore();
}

void RooflinePanel::paintRoofs(QPainter& painter, const QRectF& area) const {
  const double line = QFontMetricsF(painter.font()).height();
  const double from = std::pow(10, x_.low), to = std::pow(10, x_.high);
  double highest = 0;
  std::vector<double> taken;  // baselines of labels, so that roofs close to each other keep theirs apart
  for (std::size_t i = 0; i < data_.roofs.size(); ++i) {
    const RooflineData::Roof& roof = data_.roofs[i];
    highest = std::max(highest, roof.macsPerSecond);
    const double ridge = data_.bytesPerSecond > 0 ? std::clamp(roof.macsPerSecond / data_.bytesPerSecond, from, to) : from;
    painter.setPen(QPen(theme().category(i), 1.6));
    painter.drawLine(place(ridge, roof.macsPerSecond), place(to, roof.macsPerSecond));
    painter.setPen(theme().text);
    double top = place(to, roof.macsPerSecond).y() - line * 1.05;
    while (std::ranges::any_of(taken, [&](double other) { return std::abs(other - top) < line; })) top += line * 1.15;
    taken.push_back(top);
    painter.drawText(QRectF(area.right() - line * 20, top, line * 20, line), Qt::AlignRight,
                     tr("%1: %2 MAC/s").arg(roof.precision, speedText(roof.macsPerSecond)));
  }
  if (data_.bytesPerSecond <= 0) return;
  const double ridge = highest > 0 ? std::min(to, highest / data_.bytesPerSecond) : to;
  painter.setPen(QPen(theme().muted, 1.6));
  painter.drawLine(place(from, from * data_.bytesPerSecond), place(ridge, ridge * data_.bytesPerSecond));
}

void RooflinePanel::paintPoints(QPainter& painter) const {
  std::unordered_map<NodeId, const RooflineData::Point*> before;
  for (const RooflineData::Point& point : data_.original) before[point.node] = &point;
  double longest = 0;
  for (const RooflineData::Point& point : data_.current) longest = std::max(longest, point.milliseconds);
  for (const RooflineData::Point& point : data_.current) {
    const QPointF at = place(point.intensity, point.macsPerSecond);
    const double radius = 3 + 5 * std::sqrt(point.milliseconds / longest);
    if (const auto it = before.find(point.node); it != before.end()) {
      const QPointF from = place(it->second->intensity, it->second->macsPerSecond);
      QColor faint = theme().original;
      faint.setAlphaF(0.6F);
      painter.setPen(QPen(faint, 1));
      painter.drawLine(from, at);
      painter.setBrush(Qt::NoBrush);
      painter.drawEllipse(from, 2.5, 2.5);
    }
    QColor fill = theme().current;
    fill.setAlphaF(0.75F);
    const bool selected = selection()->contains(point.node);
    painter.setPen(QPen(selected ? theme().warning : theme().base, selected ? 2.5 : 1));
    painter.setBrush(selected ? theme().warning : fill);
    painter.drawEllipse(at, radius + (point.node == hovered_ ? 2 : 0), radius + (point.node == hovered_ ? 2 : 0));
  }
}

const RooflineData::Point* RooflinePanel::pointAt(const QPointF& position) const {
  const RooflineData::Point* best = nullptr;
  double nearest = 14;
  for (const RooflineData::Point& point : data_.current) {
    const QPointF away = place(point.intensity, point.macsPerSecond) - position;
    const double distance = std::hypot(away.x(), away.y());
    if (distance >= nearest) continue;
    nearest = distance;
    best = &point;
  }
  return best;
}

void RooflinePanel::mousePressEvent(QMouseEvent* event) {
  if (data_.empty()) return;
  if (const RooflineData::Point* point = pointAt(event->position())) selection()->selectOnly(point->node);
  else selection()->clear();
}

void RooflinePanel::mouseMoveEvent(QMouseEvent* event) {
  const RooflineData::Point* point = data_.empty() ? nullptr : pointAt(event->position());
  const NodeId node = point == nullptr ? kNone : point->node;
  if (node == hovered_) return;
  hovered_ = node;
  selection()->setHovered(node);
  if (point != nullptr)
    QToolTip::showText(event->globalPosition().toPoint(),
                       tr("%1\n%2, bound by %3\n%4 MACs a byte, %5 MAC/s").arg(point->name, quantity(Quantity::Milliseconds, point->milliseconds), point->bound,
                                                                               number(point->intensity), speedText(point->macsPerSecond)), this);
  else
    QToolTip::hideText();
  update();
}

void RooflinePanel::leaveEvent(QEvent*) {
  hovered_ = kNone;
  selection()->setHovered(kNone);
  update();
}

}  // namespace ew::widgets
