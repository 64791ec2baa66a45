// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/common/background.h"
#include "widgets/common/panel.h"

class QCheckBox;
class QLabel;
class QSortFilterProxyModel;
class QTableView;

namespace ew::widgets {

class CompareModel;
class MessageView;

/// What changed between the original and the current model.
class ComparePanel : public Panel {
  Q_OBJECT
 public:
  ComparePanel(Selection* selection, QWidget* parent);

  QString title() const override { return tr("Compare"); }
  void setProject(std::shared_ptr<const ProjectView> project) override;
  bool busy() const { return job_.running(); }
  QSortFilterProxyModel* proxy() const { return proxy_; }

 private:
  void showRows(std::vector<analysis::LayerDelta> rows);
  void refresh();
  void tableToSelection();
  void selectionToTable();
  CompareModel* model_;
  QSortFilterProxyModel* proxy_;
  QTableView* table_;
  QCheckBox* same_;
  QLabel* summary_;
  MessageView* empty_;
  LatestJob job_;
  bool syncing_ = false;
};

}  // namespace ew::widgets
