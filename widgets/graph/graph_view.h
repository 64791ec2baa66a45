// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLabel>
#include <QWidget>
#include <memory>
#include <set>

#include "widgets/common/selection.h"
#include "widgets/graph/graph_painter.h"

namespace ew::widgets {

class GraphLegend;
class GraphMinimap;

/// Shows a scene: wheel zooms at the cursor, drag pans, click selects, double click opens or closes a block, arrow
/// keys walk along edges. Draws only what is visible.
class GraphView : public QWidget {
  Q_OBJECT
 public:
  GraphView(Selection* selection, QWidget* parent);

  void setScene(std::shared_ptr<const GraphScene> scene, const LayerTable* layers, bool keepPlace);
  void setColouring(Colouring colouring);
  /// What to show while there is no scene.
  void setEmptyText(const QString& headline, const QString& hint);
  /// The scene shows the original model, so selection and ids are those of the original.
  void setShowsOriginal(bool original) { showsOriginal_ = original; }
  const GraphPainter& painter() const { return painter_; }

  double zoom() const { return zoom_; }
  void setZoom(double zoom, const QPointF& at);  ///< the scene point under `at` stays there
  QPointF toScene(const QPointF& point) const { return (point - offset_) / zoom_; }
  QPointF toView(const QPointF& point) const { return point * zoom_ + offset_; }
  QRectF visibleScene() const;
  void centerOn(const QPointF& scenePoint);
  void ensureVisible(int item);

  /// Items that the search found, and which of them is in the spotlight (-1: none).
  void setHits(const std::vector<int>& hits, int spotlight);

 public slots:
  void fit();
  void actualSize();
  void zoomIn();
  void zoomOut();
  void syncSelection();

 signals:
  void blockToggled(int block);
  void zoomChanged(double zoom);

 protected:
  void paintEvent(QPaintEvent*) override;
  void resizeEvent(QResizeEvent*) override;
  void wheelEvent(QWheelEvent*) override;
  void mousePressEvent(QMouseEvent*) override;
  void mouseMoveEvent(QMouseEvent*) override;
  void mouseReleaseEvent(QMouseEvent*) override;
  void mouseDoubleClickEvent(QMouseEvent*) override;
  void leaveEvent(QEvent*) override;
  void keyPressEvent(QKeyEvent*) override;
  void changeEvent(QEvent*) override;

 private:
  void showFirst();
  void setOffset(QPointF offset);
  void refreshMarks();
  void selectItem(int item, bool extend);
  void hover(const QPointF& position);
  void step(int key);
  void layoutOverlays();
  void showMinimap();
  void announce(int item);

  Selection* selection_;
  GraphPainter painter_;
  const LayerTable* layers_ = nullptr;
  GraphLegend* legend_;
  GraphMinimap* minimap_;
  QLabel* card_;
  QString emptyHeadline_, emptyHint_;
  double zoom_ = 1;
  QPointF offset_, pressed_, pressedOffset_;
  bool dragging_ = false, showsOriginal_ = false;
  bool placed_ = false, moved_ = false;  ///< shown once; the user chose zoom or place since then
  int cursor_ = -1, spotlight_ = -1;
  std::vector<int> hits_;
};

}  // namespace ew::widgets
