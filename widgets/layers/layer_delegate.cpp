// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/layers/layer_delegate.h"

#include <QApplication>
#include <QPainter>
#include <algorithm>

#include "widgets/common/theme.h"
#include "widgets/layers/layer_model.h"

namespace ew::widgets {
namespace {

const QString& arrow() {
  static const QString text = QStringLiteral(" → ");
  return text;
}

void paintBar(QPainter& painter, const QRect& cell, const QModelIndex& index) {
  const QVariant now = index.data(LayerModel::BarRole);
  if (!now.isValid()) return;
  const QRect bar = cell.adjusted(4, cell.height() - 5, -4, -2);
  painter.fillRect(bar, theme().grid);
  QRect filled = bar;
  filled.setWidth(static_cast<int>(bar.width() * std::clamp(now.toDouble(), 0.0, 1.0)));
  painter.fillRect(filled, theme().current);
  const QVariant past = index.data(LayerModel::BeforeBarRole);
  if (past.isValid() && past != now) {
    const int at = bar.left() + static_cast<int>(bar.width() * std::clamp(past.toDouble(), 0.0, 1.0));
    painter.fillRect(QRect(at, bar.top() - 2, 2, bar.height() + 2), theme().original);
  }
}

}  // namespace

void LayerDelegate::paint(QPainter* painter, const QStyleOptionViewItem& base, const QModelIndex& index) const {
  QStyleOptionViewItem option = base;
  initStyleOption(&option, index);
  const QString now = option.text, past = index.data(LayerModel::BeforeRole).toString();
  option.text.clear();
  const QWidget* widget = option.widget;
  (widget != nullptr ? widget->style() : QApplication::style())->drawControl(QStyle::CE_ItemViewItem, &option, painter, widget);
  painter->save();
  painter->setClipRect(option.rect);
  paintBar(*painter, option.rect, index);
  const QRect text = option.rect.adjusted(6, 0, -6, index.data(LayerModel::BarRole).isValid() ? -4 : 0);
  painter->setFont(option.font);
  const QFontMetrics metrics(option.font);
  const QString last = metrics.elidedText(now, Qt::ElideMiddle, text.width());
  const bool right = (option.displayAlignment & Qt::AlignRight) != 0;
  const QString faint = past.isEmpty() ? QString() : past + arrow();
  const int faintWidth = metrics.horizontalAdvance(faint), lastWidth = metrics.horizontalAdvance(last);
  const bool both = faintWidth > 0 && faintWidth + lastWidth <= text.width();
  const int x = right ? text.right() + 1 - lastWidth : text.left() + (both ? faintWidth : 0);
  painter->setPen(theme().text);
  painter->drawText(QRect(x, text.top(), lastWidth + 1, text.height()), Qt::AlignVCenter | Qt::TextSingleLine, last);
  if (both) {
    painter->setPen(theme().muted);
    painter->drawText(QRect(x - faintWidth, text.top(), faintWidth, text.height()), Qt::AlignVCenter | Qt::TextSingleLine, faint);
  }
  painter->restore();
}

QSize LayerDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
  QSize size = QStyledItemDelegate::sizeHint(option, index);
  const QString past = index.data(LayerModel::BeforeRole).toString();
  size.rwidth() += 12 + (past.isEmpty() ? 0 : option.fontMetrics.horizontalAdvance(past + arrow()));
  size.setHeight(std::max(size.height(), option.fontMetrics.height() + 9));
  return size;
}

}  // namespace ew::widgets
