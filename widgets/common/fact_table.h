// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTreeWidget>
#include <vector>

namespace ew::widgets {

/// Facts by name, for up to three versions side by side; columns that say nothing are hidden.
class FactTable : public QTreeWidget {
  Q_OBJECT
 public:
  struct Row {
    QString name, original, current, candidate;
    QString tip;
    bool warn = false;
  };
  FactTable(const char* objectName, const QString& accessibleName, QWidget* parent);
  void setRows(const std::vector<Row>& rows);

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void fitColumns();
  void paintRows();
  std::vector<Row> rows_;
};

}  // namespace ew::widgets
