// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <QStringList>

class QLabel;
class QTreeWidget;
class QTreeWidgetItem;

namespace ew::session {
class JobQueue;
}

namespace ew::window {

/// Several documents dropped at once: which of them open, and what is wrong with the others. Stays until it is closed;
/// a file that opens is shown by activating it. Not modal.
class DroppedFiles : public QDialog {
  Q_OBJECT
 public:
  DroppedFiles(session::JobQueue* jobs, QWidget* parent);
  /// Reads them in the background, lists them, and asks for the last one that opens.
  void check(const QStringList& paths);

 signals:
  void openRequested(const QString& path);

 private:
  struct Outcome;
  void add(const QString& path, const QString& problem);
  void activate(const QTreeWidgetItem* item);

  session::JobQueue* jobs_;
  QLabel* summary_;
  QTreeWidget* list_;
};

}  // namespace ew::window
