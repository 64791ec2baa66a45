// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

class QAction;
class QLineEdit;
class QListView;
class QSortFilterProxyModel;
class QStandardItemModel;

namespace ew::window {

/// Every action of the window in a list that typing narrows down. Enter runs it, Esc closes.
class CommandPalette : public QFrame {
  Q_OBJECT
 public:
  explicit CommandPalette(QWidget* window);
  void open();

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void fill();
  void filter(const QString& text);
  void run();
  QLineEdit* line_;
  QListView* list_;
  QStandardItemModel* model_;
  QSortFilterProxyModel* proxy_;
};

}  // namespace ew::window
