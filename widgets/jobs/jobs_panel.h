// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>

#include "widgets/common/panel.h"

class QPlainTextEdit;
class QProgressBar;
class QVBoxLayout;

namespace ew::widgets {

/// What runs in the background, each with progress and a cancel button, and the log of warnings and failures.
class JobsPanel : public Panel {
  Q_OBJECT
 public:
  JobsPanel(Selection* selection, QWidget* parent);

  QString title() const override { return tr("Jobs and log"); }
  void setProject(std::shared_ptr<const ProjectView> project) override;

 public slots:
  void jobStarted(int id, const QString& title);
  void jobProgressed(int id, qint64 done, qint64 total, const QString& what);
  void jobFinished(int id);
  void logFailure(const QString& title, const QString& error);
  void log(const QString& line);

 signals:
  void cancelRequested(int id);

 private:
  struct Row { QWidget* widget = nullptr; QProgressBar* bar = nullptr; };
  std::map<int, Row> rows_;
  QVBoxLayout* running_;
  QPlainTextEdit* log_;
  std::vector<std::string> shownWarnings_;
};

}  // namespace ew::widgets
