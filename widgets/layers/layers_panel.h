// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/common/panel.h"

class QCheckBox;
class QHBoxLayout;
class QLabel;
class QLineEdit;
class QTableView;
class QToolButton;

namespace ew::widgets {

class LayerModel;
class LayerProxy;

/// The table of layers: sort, filter line, columns, copy and CSV.
class LayersPanel : public Panel {
  Q_OBJECT
 public:
  LayersPanel(Selection* selection, QWidget* parent);

  QString title() const override { return tr("Layers"); }
  void setProject(std::shared_ptr<const ProjectView> project) override;

  void setFilterText(const QString& text);
  void setColumnShown(const QString& id, bool shown);
  /// The visible rows and columns as CSV with a header, numbers in the C locale; originals in columns of their own.
  QString csv() const;
  QTableView* table() const { return table_; }
  LayerProxy* proxy() const { return proxy_; }

 public slots:
  void copySelected();       ///< selected rows as tab-separated text
  void focusFilter();

 signals:
  void exportRequested();    ///< the user wants csv() in a file

 private:
  void buildTools(QHBoxLayout* row);
  void fillColumnMenu();
  void refreshFilter();
  void tableToSelection();
  void selectionToTable();

  LayerModel* model_;
  LayerProxy* proxy_;
  QTableView* table_;
  QLineEdit* filter_;
  QLabel *status_, *empty_;
  QCheckBox* all_;
  QToolButton* columns_;
  bool syncing_ = false;
  bool sized_ = false;
};

}  // namespace ew::widgets
