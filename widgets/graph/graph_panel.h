// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <set>

#include "core/base/result.h"
#include "widgets/common/background.h"
#include "widgets/common/panel.h"
#include "widgets/graph/graph_view.h"

class QAction;
class QComboBox;
class QLabel;
class QToolBar;

namespace ew::widgets {

class SearchBar;

/// The graph of the current (or original) model, coloured by a choice, with search, blocks and export.
class GraphPanel : public Panel {
  Q_OBJECT
 public:
  GraphPanel(Selection* selection, QWidget* parent);
  ~GraphPanel() override;

  QString title() const override { return tr("Graph"); }
  void setProject(std::shared_ptr<const ProjectView> project) override;

  GraphView* view() const { return view_; }
  SearchBar* searchBar() const { return search_; }
  QString colourBy() const;
  void setColourBy(const QString& id);       ///< an id of colourings()
  void setShowsOriginal(bool original);
  Status exportImage(const QString& path) const;
  bool busy() const { return job_.running(); }

 public slots:
  void openSearch();
  void toggleBlock(int block);
  void setBlocksCollapsed(bool collapsed);   ///< all of them

 signals:
  void sceneReady();                          ///< a new drawing is on screen
  void exportRequested();                     ///< the user wants a picture; who knows about files asks where
  void message(const QString& text);

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void buildTools(QToolBar* tools);
  void rebuild(bool keepPlace);
  void showScene(std::shared_ptr<const GraphScene> scene, std::set<int> collapsed, bool keepPlace);
  void recolour();
  void runSearch(const QString& text);
  std::shared_ptr<const VersionView> version() const;
  const LayerTable* layers() const;

  GraphView* view_;
  SearchBar* search_;
  QComboBox *colourBy_, *which_;
  QLabel* zoom_;
  QAction* collapse_ = nullptr;
  LatestJob job_;
  LayerTable originalLayers_;
  std::set<int> collapsed_;
  std::vector<Block> blocks_;
  std::vector<int> hits_;
  std::shared_ptr<const VersionView> blocksOf_;
};

}  // namespace ew::widgets
