// SPDX-License-Identifier: GPL-3.0-or-later
#include <QApplication>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

#include "widgets/graph/graph_navigation.h"
#include "widgets/graph/graph_overlays.h"
#include "widgets/graph/graph_view.h"

namespace ew::widgets {

void GraphView::resizeEvent(QResizeEvent* event) {
  if (!painter_.scene()) return;
  if (!moved_) {
    showFirst();
  } else if (event->oldSize().isValid()) {
    const QSize grown = event->size() - event->oldSize();
    setOffset(offset_ + QPointF(grown.width() / 2.0, 0));
  }
  layoutOverlays();
}

void GraphView::wheelEvent(QWheelEvent* event) {
  card_->hide();
  const double steps = event->angleDelta().y() / 120.0;
  if (steps != 0) setZoom(zoom_ * std::pow(1.2, steps), event->position());
  event->accept();
}

void GraphView::mousePressEvent(QMouseEvent* event) {
  pressed_ = event->position();
  pressedOffset_ = offset_;
  dragging_ = false;
  card_->hide();
}

void GraphView::mouseMoveEvent(QMouseEvent* event) {
  if (event->buttons() == Qt::NoButton) return hover(event->position());
  const QPointF moved = event->position() - pressed_;
  if (!dragging_ && moved.manhattanLength() < QApplication::startDragDistance()) return;
  dragging_ = moved_ = true;
  setCursor(Qt::ClosedHandCursor);
  setOffset(pressedOffset_ + moved);
}

void GraphView::mouseReleaseEvent(QMouseEvent* event) {
  unsetCursor();
  const bool wasDrag = std::exchange(dragging_, false);
  if (wasDrag || !painter_.scene() || event->button() != Qt::LeftButton) return;
  const bool extend = (event->modifiers() & (Qt::ControlModifier | Qt::ShiftModifier)) != 0;
  const int item = painter_.scene()->itemAt(toScene(event->position()));
  if (item >= 0 || !extend) selectItem(item, extend);
}

void GraphView::mouseDoubleClickEvent(QMouseEvent* event) {
  if (!painter_.scene()) return;
  const QPointF point = toScene(event->position());
  const int item = painter_.scene()->itemAt(point);
  if (item >= 0) {
    const DisplayItem& entry = painter_.scene()->display.items[static_cast<std::size_t>(item)];
    if (entry.kind == DisplayItem::Kind::Block) return emit blockToggled(entry.block);
    return setZoom(std::max(zoom_, 1.0), event->position());
  }
  const auto& outlines = painter_.scene()->outlines;
  const auto inside = std::ranges::find_if(outlines, [&](const QRectF& outline) { return outline.contains(point); });
  if (inside != outlines.end()) emit blockToggled(static_cast<int>(inside - outlines.begin()));
}

void GraphView::hover(const QPointF& position) {
  if (!painter_.scene()) return;
  const int item = painter_.scene()->itemAt(toScene(position));
  if (item < 0) {
    card_->hide();
    return selection_->setHovered(kNone);
  }
  const DisplayItem& entry = painter_.scene()->display.items[static_cast<std::size_t>(item)];
  const NodeId node = entry.members.empty() ? kNone : entry.members.front();
  const NodeId current = showsOriginal_ ? selection_->currentOf(node) : node;
  selection_->setHovered(current);
  card_->setText(hoverText(*painter_.scene(), item, layers_ == nullptr ? nullptr : layers_->row(node)));
  card_->adjustSize();
  QPoint at = position.toPoint() + QPoint(18, 18);
  at.setX(std::min(at.x(), width() - card_->width() - 4));
  if (at.y() + card_->height() > height() - 4) at.setY(position.toPoint().y() - card_->height() - 10);
  card_->move(std::max(4, at.x()), std::max(4, at.y()));
  card_->raise();
  card_->show();
}

void GraphView::leaveEvent(QEvent*) {
  card_->hide();
  selection_->setHovered(kNone);
}

void GraphView::step(int key) {
  if (!painter_.scene()) return;
  const Direction direction = key == Qt::Key_Up     ? Direction::Up
                              : key == Qt::Key_Down ? Direction::Down
                              : key == Qt::Key_Left ? Direction::Left
                              : key == Qt::Key_Right ? Direction::Right
                              : key == Qt::Key_Home ? Direction::First
                                                    : Direction::Last;
  const int next = neighbourItem(*painter_.scene(), cursor_, direction);
  if (next < 0) return;
  selectItem(next, false);
  ensureVisible(next);
}

void GraphView::keyPressEvent(QKeyEvent* event) {
  switch (event->key()) {
    case Qt::Key_Up: case Qt::Key_Down: case Qt::Key_Left: case Qt::Key_Right: case Qt::Key_Home: case Qt::Key_End:
      return step(event->key());
    case Qt::Key_Plus: case Qt::Key_Equal: return zoomIn();
    case Qt::Key_Minus: return zoomOut();
    case Qt::Key_0: return actualSize();
    case Qt::Key_F:
      if (event->modifiers() == Qt::ShiftModifier) return fit();
      break;
    case Qt::Key_Return: case Qt::Key_Enter:
      if (painter_.scene() && cursor_ >= 0) {
        const DisplayItem& entry = painter_.scene()->display.items[static_cast<std::size_t>(cursor_)];
        if (entry.kind == DisplayItem::Kind::Block) return emit blockToggled(entry.block);
      }
      break;
    case Qt::Key_Escape:
      if (!selection_->empty()) return selection_->clear();
      break;
    default: break;
  }
  QWidget::keyPressEvent(event);
}

void GraphView::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange && painter_.scene()) layoutOverlays();
  QWidget::changeEvent(event);
}

}  // namespace ew::widgets
