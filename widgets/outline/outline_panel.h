// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/common/panel.h"

class QLineEdit;
class QSortFilterProxyModel;
class QTreeView;

namespace ew::widgets {

class MessageView;
class OutlineModel;

/// The model as a tree by names, with a filter.
class OutlinePanel : public Panel {
  Q_OBJECT
 public:
  OutlinePanel(Selection* selection, QWidget* parent);

  QString title() const override { return tr("Model"); }
  void setProject(std::shared_ptr<const ProjectView> project) override;
  QTreeView* tree() const { return tree_; }
  void setFilterText(const QString& text);

 protected:
  void resizeEvent(QResizeEvent*) override;

 private:
  void treeToSelection();
  void selectionToTree();
  void refresh();
  OutlineModel* model_;
  QSortFilterProxyModel* proxy_;
  QTreeView* tree_;
  QLineEdit* filter_;
  MessageView* empty_;
  bool syncing_ = false;
};

}  // namespace ew::widgets
