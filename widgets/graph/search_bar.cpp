// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/graph/search_bar.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QToolButton>

#include "widgets/common/painting.h"
#include "widgets/common/theme.h"

namespace ew::widgets {
namespace {

QToolButton* button(QWidget* parent, const char* name, const char* iconName, const QString& tip) {
  auto* out = new QToolButton(parent);
  describe(out, name, tip);
  out->setIcon(icon(iconName));
  out->setToolTip(tip);
  out->setAutoRaise(true);
  return out;
}

}  // namespace

SearchBar::SearchBar(QWidget* parent) : QWidget(parent), line_(new QLineEdit(this)), status_(new QLabel(this)) {
  describe(this, "searchBar", tr("Search in the graph"));
  describe(line_, "searchLine", tr("Search text"));
  describe(status_, "searchStatus", tr("Number of hits"));
  line_->setPlaceholderText(tr("Name, operator, tensor or shape"));
  line_->setClearButtonEnabled(true);
  line_->installEventFilter(this);
  previous_ = button(this, "searchPrevious", "up", tr("Previous hit (Shift+Enter)"));
  next_ = button(this, "searchNext", "down", tr("Next hit (Enter)"));
  QToolButton* close = button(this, "searchClose", "close", tr("Close the search (Esc)"));
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(6, 3, 6, 3);
  row->addWidget(line_, 1);
  row->addWidget(status_);
  row->addWidget(previous_);
  row->addWidget(next_);
  row->addWidget(close);
  connect(line_, &QLineEdit::textChanged, this, &SearchBar::searched);
  connect(previous_, &QToolButton::clicked, this, [this] { show(index_ - 1); });
  connect(next_, &QToolButton::clicked, this, [this] { show(index_ + 1); });
  connect(close, &QToolButton::clicked, this, &SearchBar::dismiss);
  setCount(0);
  hide();
}

QString SearchBar::text() const { return line_->text(); }
void SearchBar::setText(const QString& text) { line_->setText(text); }

void SearchBar::setCount(int count) {
  count_ = count;
  index_ = -1;
  previous_->setEnabled(count > 0);
  next_->setEnabled(count > 0);
  if (count > 0) return show(0);
  status_->setText(line_->text().trimmed().isEmpty() ? QString() : tr("no hit"));
  emit hitShown(-1);
}

void SearchBar::show(int index) {
  if (count_ == 0) return;
  index_ = (index + count_) % count_;
  status_->setText(tr("%1 of %2").arg(index_ + 1).arg(count_));
  emit hitShown(index_);
}

void SearchBar::open() {
  QWidget::show();
  line_->setFocus(Qt::ShortcutFocusReason);
  line_->selectAll();
}

void SearchBar::dismiss() {
  line_->clear();
  hide();
  emit dismissed();
}

bool SearchBar::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() == QEvent::KeyPress) {
    const auto* key = static_cast<QKeyEvent*>(event);
    if (key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter) {
      show(index_ + (key->modifiers() & Qt::ShiftModifier ? -1 : 1));
      return true;
    }
    if (key->key() == Qt::Key_Escape) {
      dismiss();
      return true;
    }
  }
  return QWidget::eventFilter(watched, event);
}

}  // namespace ew::widgets
