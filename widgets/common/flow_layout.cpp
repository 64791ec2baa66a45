// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/flow_layout.h"

#include <QStyle>
#include <QWidget>
#include <algorithm>

namespace ew::widgets {

FlowLayout::FlowLayout(QWidget* parent) : QLayout(parent) { setContentsMargins(6, 4, 6, 4); }

FlowLayout::~FlowLayout() { qDeleteAll(items_); }

QLayoutItem* FlowLayout::takeAt(int index) { return index >= 0 && index < items_.size() ? items_.takeAt(index) : nullptr; }

QSize FlowLayout::sizeHint() const {
  QSize size;
  for (const QLayoutItem* item : items_) {
    size.rwidth() += item->sizeHint().width() + spacing();
    size.setHeight(std::max(size.height(), item->sizeHint().height()));
  }
  const QMargins margins = contentsMargins();
  return size + QSize(margins.left() + margins.right(), margins.top() + margins.bottom());
}

QSize FlowLayout::minimumSize() const {
  QSize size;
  for (const QLayoutItem* item : items_) size = size.expandedTo(item->minimumSize());
  const QMargins margins = contentsMargins();
  return size + QSize(margins.left() + margins.right(), margins.top() + margins.bottom());
}

void FlowLayout::setGeometry(const QRect& rect) {
  QLayout::setGeometry(rect);
  arrange(rect, true);
}

int FlowLayout::arrange(const QRect& rect, bool apply) const {
  const QMargins margins = contentsMargins();
  const QRect area = rect.marginsRemoved(margins);
  const int gap = std::max(4, spacing());
  const Qt::LayoutDirection direction = parentWidget() != nullptr ? parentWidget()->layoutDirection() : Qt::LeftToRight;
  int x = area.left(), y = area.top(), line = 0;
  for (qsizetype i = 0; i < items_.size(); ++i) {
    const QSize size = items_[i]->sizeHint();
    if (items_[i]->widget() != nullptr && items_[i]->widget()->isHidden()) continue;
    if (x > area.left() && x + size.width() > area.right() + 1) {
      x = area.left();
      y += line + gap;
      line = 0;
    }
    if (apply) items_[i]->setGeometry(QStyle::visualRect(direction, area, QRect(QPoint(x, y), QSize(std::min(size.width(), area.width()), size.height()))));
    x += size.width() + gap;
    line = std::max(line, size.height());
  }
  return y + line - rect.top() + margins.bottom();
}

}  // namespace ew::widgets
