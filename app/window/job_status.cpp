// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/job_status.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QToolButton>

#include "app/session/job_queue.h"
#include "widgets/common/painting.h"
#include "widgets/common/theme.h"

namespace ew::window {
namespace {

constexpr qint64 estimateAfterMs = 1500;

}  // namespace

JobStatus::JobStatus(session::JobQueue* jobs, QWidget* parent)
    : QWidget(parent), jobs_(jobs), text_(new QLabel(this)), bar_(new QProgressBar(this)), cancel_(new QToolButton(this)) {
  widgets::describe(this, "jobStatus", tr("Background work"));
  widgets::describe(bar_, "jobProgress", tr("Progress"));
  widgets::describe(cancel_, "jobCancel", tr("Cancel (Esc)"));
  bar_->setTextVisible(false);
  bar_->setFixedWidth(fontMetrics().averageCharWidth() * 20);
  bar_->setMaximumHeight(fontMetrics().height());
  cancel_->setIcon(widgets::icon(QStringLiteral("stop")));
  cancel_->setAutoRaise(true);
  cancel_->setToolTip(tr("Cancel (Esc)"));
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(0, 0, 0, 0);
  row->addWidget(text_);
  row->addWidget(bar_);
  row->addWidget(cancel_);
  hide();
  connect(cancel_, &QToolButton::clicked, this, [this] { jobs_->cancel(job_); });
  connect(jobs_, &session::JobQueue::started, this, [this](int id, const QString& title) {
    job_ = id;
    title_ = title;
    since_.start();
    text_->setText(title);
    bar_->setRange(0, 0);
    show();
  });
  connect(jobs_, &session::JobQueue::progressed, this, [this](int id, qint64 done, qint64 total, const QString& what) {
    if (id == job_) progressed(done, total, what);
  });
  connect(jobs_, &session::JobQueue::finished, this, [this](int id) {
    if (id == job_ || !jobs_->busy()) hide();
  });
}

void JobStatus::progressed(qint64 done, qint64 total, const QString& what) {
  bar_->setRange(0, total > 0 ? 1000 : 0);
  QString text = QStringLiteral("%1: %2").arg(title_, what);
  if (total > 0 && done > 0) {
    bar_->setValue(static_cast<int>(1000 * done / total));
    const qint64 elapsed = since_.elapsed();
    if (elapsed > estimateAfterMs) text += tr(", %n s left", nullptr, static_cast<int>((elapsed * (total - done) / done + 999) / 1000));
  }
  text_->setText(text);
}

}  // namespace ew::window
