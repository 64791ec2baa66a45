// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/command_palette.h"

#include <QAction>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListView>
#include <QPointer>
#include <QRegularExpression>
#include <QSortFilterProxyModel>
#include <QStandardItemModel>
#include <QVBoxLayout>

#include "app/window/window_actions.h"
#include "widgets/common/painting.h"

namespace ew::window {
namespace {

constexpr int actionRole = Qt::UserRole + 1;
constexpr int columns = 64, rows = 14;

}  // namespace

CommandPalette::CommandPalette(QWidget* window)
    : QFrame(window, Qt::Popup), line_(new QLineEdit(this)), list_(new QListView(this)), model_(new QStandardItemModel(this)),
      proxy_(new QSortFilterProxyModel(this)) {
  widgets::describe(this, "commandPalette", tr("Commands"));
  widgets::describe(line_, "commandLine", tr("Filter commands"));
  widgets::describe(list_, "commandList", tr("Commands"));
  setFrameShape(QFrame::StyledPanel);
  line_->setPlaceholderText(tr("What to do"));
  proxy_->setSourceModel(model_);
  proxy_->setFilterCaseSensitivity(Qt::CaseInsensitive);
  list_->setModel(proxy_);
  list_->setEditTriggers(QAbstractItemView::NoEditTriggers);
  list_->setFocusPolicy(Qt::NoFocus);
  list_->setUniformItemSizes(true);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(6, 6, 6, 6);
  column->addWidget(line_);
  column->addWidget(list_);
  line_->installEventFilter(this);
  connect(line_, &QLineEdit::textChanged, this, &CommandPalette::filter);
  connect(line_, &QLineEdit::returnPressed, this, &CommandPalette::run);
  connect(list_, &QListView::clicked, this, &CommandPalette::run);
}

void CommandPalette::open() {
  fill();
  line_->clear();
  filter({});
  const QWidget* window = parentWidget();
  resize(fontMetrics().averageCharWidth() * columns, fontMetrics().height() * rows * 3 / 2);
  move(window->mapToGlobal(QPoint((window->width() - width()) / 2, window->height() / 8)));
  show();
  line_->setFocus(Qt::PopupFocusReason);
}

void CommandPalette::fill() {
  model_->clear();
  for (QAction* each : windowActions(parentWidget())) {
    if (!each->isEnabled()) continue;
    const QString keys = each->shortcut().toString(QKeySequence::NativeText);
    auto* item = new QStandardItem(each->icon(), keys.isEmpty() ? actionText(each) : QStringLiteral("%1    %2").arg(actionText(each), keys));
    item->setData(QVariant::fromValue(QPointer<QAction>(each)), actionRole);
    model_->appendRow(item);
  }
  model_->sort(0);
}

/// All words have to occur, in any order.
void CommandPalette::filter(const QString& text) {
  QString pattern;
  for (const QString& word : text.split(QLatin1Char(' '), Qt::SkipEmptyParts))
    pattern += QStringLiteral("(?=.*%1)").arg(QRegularExpression::escape(word));
  proxy_->setFilterRegularExpression(QRegularExpression(pattern, QRegularExpression::CaseInsensitiveOption));
  list_->setCurrentIndex(proxy_->index(0, 0));
}

void CommandPalette::run() {
  const auto wanted = list_->currentIndex().data(actionRole).value<QPointer<QAction>>();
  hide();
  if (wanted) wanted->trigger();
}

bool CommandPalette::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() != QEvent::KeyPress) return QFrame::eventFilter(watched, event);
  const auto* key = static_cast<QKeyEvent*>(event);
  const int row = list_->currentIndex().row(), count = proxy_->rowCount();
  switch (key->key()) {
    case Qt::Key_Down: list_->setCurrentIndex(proxy_->index(std::min(row + 1, count - 1), 0)); return true;
    case Qt::Key_Up: list_->setCurrentIndex(proxy_->index(std::max(row - 1, 0), 0)); return true;
    case Qt::Key_Escape: hide(); return true;
    default: return QFrame::eventFilter(watched, event);
  }
}

}  // namespace ew::window
