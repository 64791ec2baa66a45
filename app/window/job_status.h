// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QWidget>

class QLabel;
class QProgressBar;
class QToolButton;

namespace ew::session {
class JobQueue;
}

namespace ew::window {

/// The newest running job in the status bar: what, how far, time left, cancel.
class JobStatus : public QWidget {
  Q_OBJECT
 public:
  JobStatus(session::JobQueue* jobs, QWidget* parent);

 private:
  void progressed(qint64 done, qint64 total, const QString& what);
  session::JobQueue* jobs_;
  QLabel* text_;
  QProgressBar* bar_;
  QToolButton* cancel_;
  QElapsedTimer since_;
  QString title_;
  int job_ = 0;
};

}  // namespace ew::window
