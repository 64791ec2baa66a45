// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/graph/graph_view.h"

#include <QApplication>
#include <QPainter>
#include <algorithm>
#include <cmath>

#include "widgets/common/painting.h"
#include "widgets/common/theme.h"
#include "widgets/graph/graph_overlays.h"

namespace ew::widgets {
namespace {

constexpr double kLargestZoom = 4, kMargin = 16;

}  // namespace

GraphView::GraphView(Selection* selection, QWidget* parent)
    : QWidget(parent), selection_(selection), legend_(new GraphLegend(this)), minimap_(new GraphMinimap(this)), card_(new QLabel(this)) {
  describe(this, "graphView", tr("Graph"), tr("Arrow keys walk along edges, plus and minus zoom, Enter opens a block"));
  setFocusPolicy(Qt::StrongFocus);
  setMouseTracking(true);
  setMinimumSize(200, 150);
  card_->setObjectName("graphCard");
  card_->setAccessibleName(tr("Details of the node under the pointer"));
  card_->setAttribute(Qt::WA_TransparentForMouseEvents);
  card_->setTextFormat(Qt::RichText);
  card_->setAutoFillBackground(true);
  card_->setFrameShape(QFrame::StyledPanel);
  card_->setMargin(6);
  card_->hide();
  minimap_->hide();
  legend_->hide();
  connect(minimap_, &GraphMinimap::pointed, this, &GraphView::centerOn);
  connect(selection_, &Selection::changed, this, &GraphView::syncSelection);
  connect(selection_, &Selection::coupledChanged, this, &GraphView::refreshMarks);
  connect(selection_, &Selection::hoveredChanged, this, &GraphView::refreshMarks);
}

void GraphView::setScene(std::shared_ptr<const GraphScene> scene, const LayerTable* layers, bool keepPlace) {
  painter_.setScene(std::move(scene));
  layers_ = layers;
  cursor_ = spotlight_ = -1;
  hits_.clear();
  card_->hide();
  legend_->setVisible(painter_.scene() != nullptr);
  if (!painter_.scene()) minimap_->hide();
  if (!keepPlace) placed_ = moved_ = false;
}

void GraphView::setColouring(Colouring colouring) {
  painter_.setColouring(std::move(colouring));
  legend_->setColouring(&painter_.colouring());
  if (painter_.scene() && !placed_) showFirst();
  layoutOverlays();
  refreshMarks();
}

void GraphView::setEmptyText(const QString& headline, const QString& hint) {
  emptyHeadline_ = headline;
  emptyHint_ = hint;
  update();
}

/// The whole graph when its text stays readable, else its beginning at a size that does.
void GraphView::showFirst() {
  if (width() < 10 || height() < 10) return;
  placed_ = true;
  fit();
  constexpr double readable = 0.7;
  if (zoom_ >= readable) return;
  const QRectF bounds = painter_.scene()->bounds();
  zoom_ = std::clamp((width() - 2 * kMargin) / std::max(1.0, bounds.width()), readable, 1.0);
  double middle = bounds.center().x();
  const auto& layers = painter_.scene()->layout.layers;
  if (!layers.empty() && !layers.front().empty())
    middle = painter_.scene()->layout.places[static_cast<std::size_t>(layers.front().front())].x;
  // Between legend and overview, so that neither hides the beginning.
  const int left = legend_->sizeHint().width(), right = width() - width() / 12;
  const double wanted = bounds.width() * zoom_ < width() - 2.0 * left ? width() / 2.0 : (left + right) / 2.0;
  setOffset({wanted - middle * zoom_, kMargin});
  emit zoomChanged(zoom_);
}

QRectF GraphView::visibleScene() const { return {toScene({0, 0}), QSizeF(size()) / zoom_}; }

void GraphView::setOffset(QPointF offset) {
  if (painter_.scene()) {
    // Some of the graph always stays in sight.
    const QRectF bounds = painter_.scene()->bounds();
    const double keepX = std::min(width() / 3.0, bounds.width() * zoom_), keepY = std::min(height() / 3.0, bounds.height() * zoom_);
    offset.setX(std::clamp(offset.x(), keepX - bounds.width() * zoom_, width() - keepX));
    offset.setY(std::clamp(offset.y(), keepY - bounds.height() * zoom_, height() - keepY));
  }
  offset_ = offset;
  minimap_->setVisibleScene(visibleScene());
  showMinimap();
  update();
}

/// The map is of use only while part of the graph is out of sight.
void GraphView::showMinimap() {
  minimap_->setVisible(painter_.scene() && !minimap_->empty() && !visibleScene().contains(painter_.scene()->bounds()));
}

void GraphView::setZoom(double zoom, const QPointF& at) {
  if (!painter_.scene()) return;
  const QRectF bounds = painter_.scene()->bounds();
  const double whole = std::min(width() / std::max(1.0, bounds.width()), height() / std::max(1.0, bounds.height()));
  zoom = std::clamp(zoom, std::min(whole * 0.5, 0.5), kLargestZoom);
  const QPointF point = toScene(at);
  zoom_ = zoom;
  moved_ = true;
  setOffset(at - point * zoom_);
  emit zoomChanged(zoom_);
}

void GraphView::fit() {
  if (!painter_.scene()) return;
  const QRectF bounds = painter_.scene()->bounds();
  zoom_ = std::min({(width() - 2 * kMargin) / std::max(1.0, bounds.width()), (height() - 2 * kMargin) / std::max(1.0, bounds.height()), 1.5});
  zoom_ = std::max(zoom_, 1e-5);
  setOffset(QPointF(width() / 2.0, height() / 2.0) - bounds.center() * zoom_);
  emit zoomChanged(zoom_);
}

void GraphView::actualSize() { setZoom(1, rect().center()); }
void GraphView::zoomIn() { setZoom(zoom_ * 1.25, rect().center()); }
void GraphView::zoomOut() { setZoom(zoom_ / 1.25, rect().center()); }
void GraphView::centerOn(const QPointF& scenePoint) {
  moved_ = true;
  setOffset(QPointF(width() / 2.0, height() / 2.0) - scenePoint * zoom_);
}

void GraphView::ensureVisible(int item) {
  if (!painter_.scene() || item < 0) return;
  const QRectF& box = painter_.scene()->boxes[static_cast<std::size_t>(item)];
  const double margin = painter_.scene()->unit;
  if (!visibleScene().contains(box.adjusted(-margin, -margin, margin, margin))) centerOn(box.center());
}

void GraphView::setHits(const std::vector<int>& hits, int spotlight) {
  hits_ = hits;
  spotlight_ = spotlight;
  if (spotlight >= 0) {
    if (zoom_ < 0.5) setZoom(0.8, rect().center());
    ensureVisible(spotlight);
    selectItem(spotlight, false);
  }
  refreshMarks();
}

void GraphView::syncSelection() {
  refreshMarks();
  if (!painter_.scene()) return;
  const NodeId wanted = showsOriginal_ ? (selection_->original().empty() ? kNone : selection_->original().back()) : selection_->primary();
  const auto it = painter_.scene()->display.itemOf.find(wanted);
  if (it == painter_.scene()->display.itemOf.end()) return;
  cursor_ = it->second;
  announce(cursor_);
  if (!hasFocus() || !underMouse()) ensureVisible(cursor_);
}

void GraphView::refreshMarks() {
  painter_.clearMarks();
  if (!painter_.scene()) return update();
  const auto& itemOf = painter_.scene()->display.itemOf;
  const auto markNode = [&](NodeId node, Mark mark) {
    if (const auto it = itemOf.find(node); it != itemOf.end()) painter_.mark(it->second, mark);
  };
  for (const int item : hits_) painter_.mark(item, Mark::Hit);
  for (const NodeId id : selection_->coupled()) markNode(showsOriginal_ ? selection_->originalOf(id) : id, Mark::Coupled);
  const NodeId hovered = selection_->hovered();
  markNode(showsOriginal_ ? selection_->originalOf(hovered) : hovered, Mark::Hovered);
  for (const NodeId id : showsOriginal_ ? selection_->original() : selection_->current()) markNode(id, Mark::Selected);
  if (cursor_ >= 0 && painter_.scene()->display.items[static_cast<std::size_t>(cursor_)].members.empty())
    painter_.mark(cursor_, Mark::Selected);
  update();
}

void GraphView::selectItem(int item, bool extend) {
  cursor_ = item;
  if (item < 0) {
    selection_->clear();
    return refreshMarks();
  }
  const DisplayItem& entry = painter_.scene()->display.items[static_cast<std::size_t>(item)];
  announce(item);
  std::vector<NodeId> nodes = showsOriginal_ ? selection_->original() : selection_->current();
  if (!extend) nodes.clear();
  for (const NodeId node : entry.members) {
    const bool had = std::erase(nodes, node) > 0;
    if (!extend || !had) nodes.push_back(node);
  }
  showsOriginal_ ? selection_->selectOriginal(std::move(nodes)) : selection_->select(std::move(nodes));
  refreshMarks();
}

void GraphView::announce(int item) {
  const DisplayItem& entry = painter_.scene()->display.items[static_cast<std::size_t>(item)];
  setAccessibleDescription(tr("%1 %2, output %3").arg(entry.title, entry.name, entry.shape));
}

void GraphView::layoutOverlays() {
  if (!painter_.scene()) return;
  const int gap = 8;
  legend_->resize(legend_->sizeHint());
  legend_->move(gap, height() - legend_->height() - gap);
  minimap_->rebuild(painter_, {std::min(180, width() / 5), std::min(height() * 6 / 10, height() - 2 * gap)});
  minimap_->move(width() - minimap_->width() - gap, height() - minimap_->height() - gap);
  minimap_->setVisibleScene(visibleScene());
  showMinimap();
}

void GraphView::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.fillRect(rect(), theme().canvas);
  if (!painter_.scene()) return paintEmptyState(painter, rect(), emptyHeadline_, emptyHint_);
  painter.save();
  painter.translate(offset_);
  painter.scale(zoom_, zoom_);
  painter_.paint(painter, visibleScene(), zoom_);
  painter.restore();
  if (hasFocus()) {
    painter.setPen(theme().accent);
    painter.drawRect(rect().adjusted(0, 0, -1, -1));
  }
}

}  // namespace ew::widgets
