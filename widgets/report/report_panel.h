// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/common/panel.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QSortFilterProxyModel;
class QTableView;

namespace ew::widgets {

class MessageView;
class ReportModel;

/// Everything that was done or left alone, and why; nothing is skipped silently.
class ReportPanel : public Panel {
  Q_OBJECT
 public:
  ReportPanel(Selection* selection, QWidget* parent);

  QString title() const override { return tr("Report"); }
  void setProject(std::shared_ptr<const ProjectView> project) override;
  QSortFilterProxyModel* proxy() const;
  void setKind(int index);  ///< 0: everything, 1: left alone, 2: warnings and errors

 private:
  class Proxy;
  void refresh();
  ReportModel* model_;
  Proxy* proxy_;
  QTableView* table_;
  QComboBox* kind_;
  QLineEdit* filter_;
  QLabel* count_;
  MessageView* empty_;
};

}  // namespace ew::widgets
