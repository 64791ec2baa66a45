// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/painting.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QWidget>
#include <array>
#include <cmath>

#include "widgets/common/theme.h"

namespace ew::widgets {

void paintEmptyState(QPainter& painter, const QRectF& area, const QString& headline, const QString& hint) {
  const QFont large = scaledFont(1.1), small = scaledFont(1.0);
  const int flags = Qt::AlignHCenter | Qt::AlignTop | Qt::TextWordWrap;
  const QRectF inner = area.adjusted(16, 8, -16, -8);
  const QRectF head = QFontMetricsF(large).boundingRect(inner, flags, headline);
  const QRectF foot = QFontMetricsF(small).boundingRect(inner, flags, hint);
  const double gap = QFontMetricsF(small).height() * 0.4;
  double y = std::max(inner.top(), inner.center().y() - (head.height() + gap + foot.height()) / 2);
  painter.save();
  painter.setFont(large);
  painter.setPen(mix(theme().text, theme().muted, 0.5));
  painter.drawText(QRectF(inner.left(), y, inner.width(), head.height() + 2), flags, headline);
  y += head.height() + gap;
  painter.setFont(small);
  painter.setPen(theme().muted);
  painter.drawText(QRectF(inner.left(), y, inner.width(), std::max(0.0, inner.bottom() - y)), flags, hint);
  painter.restore();
}

std::vector<double> axisTicks(double low, double high, int wanted) {
  std::vector<double> out;
  if (!(high > low) || wanted < 1) return out;
  const double raw = (high - low) / wanted;
  const double power = std::pow(10.0, std::floor(std::log10(raw)));
  double step = 10 * power;
  for (const double candidate : std::array{1.0, 2.0, 5.0})
    if (candidate * power >= raw) {
      step = candidate * power;
      break;
    }
  for (double at = std::ceil(low / step - 1e-9) * step; at <= high + step * 1e-9; at += step)
    out.push_back(std::abs(at) < step * 1e-9 ? 0 : at);
  return out;
}

QString elided(const QFont& font, const QString& text, double width) {
  return QFontMetricsF(font).elidedText(text, Qt::ElideRight, width);
}

void describe(QWidget* widget, const char* objectName, const QString& accessibleName,
              const QString& accessibleDescription) {
  widget->setObjectName(QLatin1String(objectName));
  widget->setAccessibleName(accessibleName);
  if (!accessibleDescription.isEmpty()) widget->setAccessibleDescription(accessibleDescription);
}

}  // namespace ew::widgets
