// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/scoreboard/tile.h"

#include <QPainter>
#include <algorithm>
#include <cmath>
#include <vector>

#include "widgets/common/painting.h"
#include "widgets/common/theme.h"

namespace ew::widgets {
namespace {

struct Piece { QString text; QFont font; QColor colour; };

double widthOf(const std::vector<Piece>& pieces) {
  double width = 0;
  for (const Piece& piece : pieces) width += QFontMetricsF(piece.font).horizontalAdvance(piece.text);
  return width;
}

/// Whether the change from a to b is for the better; 0 when it is none worth a colour.
int verdict(const TileContent& tile, double a, double b) {
  const double change = tile.quantity == Quantity::Percent ? b - a : a == 0 ? 0 : (b - a) / a * 100;
  if (std::abs(change) < (tile.quantity == Quantity::Percent ? 0.05 : 0.5)) return 0;
  return (change > 0) == tile.higherIsBetter ? 1 : -1;
}

QString change(const TileContent& tile, double a, double b) {
  return tile.quantity == Quantity::Percent ? pointChange(a, b) : relativeChange(a, b);
}

/// One unit for all numbers of a tile: that of the current value, so that "1 055 → 187 KB" keeps its digits.
Scale scaleOf(const TileContent& tile) {
  const std::optional<Score>& now = tile.current ? tile.current : tile.original;
  const double value = now ? now->value : 0, before = tile.original ? tile.original->value : value;
  return scaleFor(tile.quantity, {before < value * 1e4 ? value : before});
}

}  // namespace

ScoreTile::ScoreTile(const char* objectName, QWidget* parent) : QWidget(parent) {
  describe(this, objectName, QString());
  setFocusPolicy(Qt::TabFocus);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void ScoreTile::setContent(TileContent content) {
  content_ = std::move(content);
  setAccessibleName(content_.title);
  setAccessibleDescription(content_.spoken());
  setToolTip(content_.hover());
  update();
}

QSize ScoreTile::sizeHint() const {
  const int line = fontMetrics().height();
  return {line * 14, static_cast<int>(line * 4.4)};
}
QSize ScoreTile::minimumSizeHint() const { return {fontMetrics().height() * 8, sizeHint().height()}; }

void ScoreTile::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const bool warning = !content_.warning.isEmpty();
  painter.setPen(QPen(hasFocus() ? theme().accent : warning ? theme().warning : theme().border, hasFocus() ? 2 : 1));
  painter.setBrush(warning ? theme().warningBack : theme().base);
  painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 5, 5);
  const double line = QFontMetricsF(font()).height(), pad = line * 0.55;
  const QRectF area = QRectF(rect()).adjusted(pad, pad * 0.7, -pad, -pad * 0.6);
  painter.setFont(scaledFont(0.9));
  painter.setPen(warning ? theme().warning : theme().muted);
  painter.drawText(QRectF(area.left(), area.top(), area.width(), line), Qt::AlignLeft | Qt::AlignVCenter, content_.title);
  if (content_.original && content_.current) {
    const double a = content_.original->value, b = content_.current->value;
    const int good = verdict(content_, a, b);
    if (good != 0) {
      painter.setPen(good > 0 ? theme().good : theme().warning);
      painter.drawText(QRectF(area.left(), area.top(), area.width(), line), Qt::AlignRight | Qt::AlignVCenter, change(content_, a, b));
    }
  }
  paintNumbers(painter, QRectF(area.left(), area.top() + line, area.width(), line * 1.7));
  paintNote(painter, QRectF(area.left(), area.bottom() - line * 1.05, area.width(), line * 1.05));
}

void ScoreTile::paintNumbers(QPainter& painter, const QRectF& area) const {
  const std::optional<Score>& now = content_.current ? content_.current : content_.original;
  const double before = content_.original ? content_.original->value : 0;
  const Scale scale = scaleOf(content_);
  const auto text = [&](double value) { return number(value * scale.factor); };
  std::vector<Piece> pieces;
  for (double size = 1.55; size >= 0.9; size -= 0.1) {
    pieces.clear();
    const QFont small = scaledFont(size * 0.8), large = scaledFont(size, true);
    if (!now) {
      pieces.push_back({unknownText(), large, theme().muted});
    } else {
      const bool differs = content_.original && content_.current && text(before) != text(now->value);
      if (differs) pieces.push_back({text(before) + QStringLiteral(" → "), small, theme().muted});
      pieces.push_back({text(now->value), large, theme().text});
      pieces.push_back({QStringLiteral(" ") + scale.unit, small, theme().text});
    }
    if (widthOf(pieces) <= area.width()) break;
  }
  double x = area.left();
  const double baseline = area.top() + area.height() * 0.78;
  for (const Piece& piece : pieces) {
    painter.setFont(piece.font);
    painter.setPen(piece.colour);
    painter.drawText(QPointF(x, baseline), piece.text);
    x += QFontMetricsF(piece.font).horizontalAdvance(piece.text);
  }
}

/// The line below: the candidate while there is one, what is missing, why it is unknown, or the uncertainty.
void ScoreTile::paintNote(QPainter& painter, const QRectF& area) const {
  const QFont small = scaledFont(0.88);
  painter.setFont(small);
  QString text;
  if (content_.candidate) {
    const double reference = content_.current ? content_.current->value : content_.candidate->value;
    const Scale scale = scaleOf(content_);
    text = QStringLiteral("⇢ ") + number(content_.candidate->value * scale.factor) + ' ' + scale.unit;
    if (verdict(content_, reference, content_.candidate->value) != 0)
      text += QStringLiteral("  ") + change(content_, reference, content_.candidate->value);
    QFont slanted = small;
    slanted.setItalic(true);
    slanted.setBold(true);
    painter.setFont(slanted);
    painter.setPen(theme().candidate);
    text = elided(slanted, text, area.width());
    const double width = QFontMetricsF(slanted).horizontalAdvance(text);
    painter.drawText(area, Qt::AlignLeft | Qt::AlignVCenter, text);
    painter.setPen(QPen(theme().candidate, 1, Qt::DashLine));
    painter.drawLine(QPointF(area.left(), area.bottom() - 0.5), QPointF(area.left() + width, area.bottom() - 0.5));
    if (content_.warning.isEmpty()) return;
    const QRectF rest = area.adjusted(width + area.height() * 0.5, 0, 0, 0);
    painter.setFont(small);
    painter.setPen(theme().warning);
    painter.drawText(rest, Qt::AlignRight | Qt::AlignVCenter, elided(small, content_.warning, rest.width()));
    return;
  }
  painter.setPen(theme().muted);
  if (!content_.warning.isEmpty()) {
    painter.setPen(theme().warning);
    text = content_.warning;
  } else if (!content_.current) {
    text = content_.reason;
  } else if (content_.current->low && content_.current->high) {
    const double low = *content_.current->low, high = *content_.current->high;
    const Scale scale = scaleFor(content_.quantity, {high}), small = scaleFor(content_.quantity, {low});
    text = scale.unit == small.unit ? tr("%1 to %2 %3").arg(number(low * scale.factor), number(high * scale.factor), scale.unit)
                                    : tr("%1 to %2").arg(quantity(content_.quantity, low), quantity(content_.quantity, high));
  } else if (!content_.limit.isEmpty()) {
    text = tr("fits: %1").arg(content_.limit);
  } else {
    text = content_.current->source;
  }
  painter.drawText(area, Qt::AlignLeft | Qt::AlignVCenter, elided(small, text, area.width()));
}

}  // namespace ew::widgets
