// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/jobs/jobs_panel.h"

#include <QFontDatabase>
#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QTime>
#include <QToolButton>
#include <QVBoxLayout>

#include "widgets/common/painting.h"
#include "widgets/common/text.h"
#include "widgets/common/theme.h"

namespace ew::widgets {
namespace {

constexpr int kLogLines = 2000;

}  // namespace

JobsPanel::JobsPanel(Selection* selection, QWidget* parent) : Panel(selection, parent), running_(new QVBoxLayout), log_(new QPlainTextEdit(this)) {
  describe(this, "jobsPanel", title());
  describe(log_, "logView", tr("Log"));
  log_->setReadOnly(true);
  log_->setMaximumBlockCount(kLogLines);
  log_->setFrameShape(QFrame::NoFrame);
  log_->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
  log_->setPlaceholderText(tr("Warnings and failures are written here."));
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(6, 4, 6, 4);
  column->addLayout(running_);
  column->addWidget(log_, 1);
  setFocusProxy(log_);
}

void JobsPanel::setProject(std::shared_ptr<const ProjectView> next) {
  Panel::setProject(std::move(next));
  const std::vector<std::string> warnings = project() ? project()->warnings : std::vector<std::string>{};
  if (warnings == shownWarnings_) return;
  shownWarnings_ = warnings;
  for (const std::string& warning : warnings) log(tr("Warning: %1").arg(shown(warning)));
}

void JobsPanel::jobStarted(int id, const QString& title) {
  Row row;
  row.widget = new QWidget(this);
  auto* line = new QHBoxLayout(row.widget);
  line->setContentsMargins(0, 0, 0, 0);
  line->addWidget(new QLabel(title, row.widget));
  row.bar = new QProgressBar(row.widget);
  row.bar->setRange(0, 0);
  row.bar->setMaximumHeight(fontMetrics().height());
  row.bar->setAccessibleName(title);
  line->addWidget(row.bar, 1);
  auto* cancel = new QToolButton(row.widget);
  describe(cancel, "cancelJob", tr("Cancel %1").arg(title));
  cancel->setIcon(icon(QStringLiteral("stop")));
  cancel->setAutoRaise(true);
  cancel->setToolTip(tr("Cancel"));
  connect(cancel, &QToolButton::clicked, this, [this, id] { emit cancelRequested(id); });
  line->addWidget(cancel);
  running_->addWidget(row.widget);
  rows_[id] = row;
}

void JobsPanel::jobProgressed(int id, qint64 done, qint64 total, const QString& what) {
  const auto it = rows_.find(id);
  if (it == rows_.end()) return;
  it->second.bar->setRange(0, total > 0 ? 1000 : 0);
  if (total > 0) it->second.bar->setValue(static_cast<int>(1000 * done / total));
  it->second.bar->setFormat(what + QStringLiteral(" %p %"));
}

void JobsPanel::jobFinished(int id) {
  const auto it = rows_.find(id);
  if (it == rows_.end()) return;
  it->second.widget->deleteLater();
  rows_.erase(it);
}

void JobsPanel::logFailure(const QString& title, const QString& error) { log(tr("Failed: %1: %2").arg(title, error)); }

void JobsPanel::log(const QString& line) {
  log_->appendPlainText(QTime::currentTime().toString(QStringLiteral("HH:mm:ss")) + QStringLiteral("  ") + line);
}

}  // namespace ew::widgets
