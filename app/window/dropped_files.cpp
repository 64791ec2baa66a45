// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/dropped_files.h"

#include <QDialogButtonBox>
#include <QFileInfo>
#include <QHeaderView>
#include <QLabel>
#include <QPointer>
#include <QTreeWidget>
#include <QVBoxLayout>
#include <algorithm>

#include "app/session/job_queue.h"
#include "app/session/pipeline.h"
#include "widgets/common/painting.h"
#include "widgets/common/text.h"
#include "widgets/common/theme.h"

namespace ew::window {
namespace {

constexpr int pathRole = Qt::UserRole;     // empty for a file that does not open
constexpr int problemColumn = 1;

}  // namespace

/// Of one file: empty text when it opens.
struct DroppedFiles::Outcome { QString path, problem; };

DroppedFiles::DroppedFiles(session::JobQueue* jobs, QWidget* parent)
    : QDialog(parent), jobs_(jobs), summary_(new QLabel(this)), list_(new QTreeWidget(this)) {
  setObjectName(QStringLiteral("droppedFilesWindow"));
  setWindowTitle(tr("Dropped files"));
  resize(720, 380);
  widgets::describe(summary_, "droppedSummary", tr("How many files open"));
  widgets::describe(list_, "droppedFiles", tr("Dropped files"), tr("Enter opens a file"));
  list_->setHeaderLabels({tr("File"), tr("Result")});
  list_->setRootIsDecorated(false);
  list_->setUniformRowHeights(true);
  list_->header()->setStretchLastSection(true);
  connect(list_, &QTreeWidget::itemActivated, this, [this](const QTreeWidgetItem* item) { activate(item); });
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
  auto* column = new QVBoxLayout(this);
  column->addWidget(summary_);
  column->addWidget(list_, 1);
  column->addWidget(buttons);
}

void DroppedFiles::check(const QStringList& paths) {
  list_->clear();
  summary_->setText(tr("Reading %n file(s)...", nullptr, static_cast<int>(paths.size())));
  show();
  const auto work = [self = QPointer<DroppedFiles>(this), paths](Progress& progress) -> Result<session::JobQueue::Deliver> {
    std::vector<Outcome> outcomes;
    for (const QString& path : paths) {
      if (progress.cancelled()) return cancelledError();
      progress.step(std::ssize(outcomes), paths.size(), path.toStdString());
      const Result<session::Opened> opened = session::openFile(path.toStdString());
      outcomes.push_back({path, opened.ok() ? QString() : widgets::shown(opened.error().text())});
    }
    return session::JobQueue::Deliver([self, outcomes] {
      if (!self) return;
      QString newest;
      for (const Outcome& outcome : outcomes) {
        self->add(outcome.path, outcome.problem);
        if (outcome.problem.isEmpty()) newest = outcome.path;
      }
      const auto good = std::ranges::count_if(outcomes, [](const Outcome& each) { return each.problem.isEmpty(); });
      self->summary_->setText(tr("%1 of %2 files open. Activate one to show it.").arg(good).arg(outcomes.size()));
      self->list_->resizeColumnToContents(0);
      if (!newest.isEmpty()) emit self->openRequested(newest);
    });
  };
  jobs_->start(QStringLiteral("dropped"), tr("Read dropped files"), work);
}

void DroppedFiles::add(const QString& path, const QString& problem) {
  const bool good = problem.isEmpty();
  auto* item = new QTreeWidgetItem(list_, {QFileInfo(path).fileName(), good ? tr("opens") : problem});
  item->setToolTip(0, path);
  item->setToolTip(problemColumn, item->text(problemColumn));
  item->setData(0, pathRole, good ? path : QString());
  item->setIcon(0, widgets::icon(good ? QStringLiteral("open") : QStringLiteral("warning")));
}

void DroppedFiles::activate(const QTreeWidgetItem* item) {
  if (const QString path = item->data(0, pathRole).toString(); !path.isEmpty()) emit openRequested(path);
}

}  // namespace ew::window
