// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/message_view.h"

#include <QPainter>

#include "widgets/common/painting.h"

namespace ew::widgets {

void MessageView::setMessage(const QString& headline, const QString& hint) {
  headline_ = headline;
  hint_ = hint;
  setAccessibleName(headline);
  setAccessibleDescription(hint);
  update();
}

void MessageView::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  paintEmptyState(painter, rect(), headline_, hint_);
}

}  // namespace ew::widgets
