// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/message_bar.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QTimer>
#include <QToolButton>
#include <utility>

#include "widgets/common/painting.h"
#include "widgets/common/theme.h"

namespace ew::window {
namespace {

constexpr int noteMilliseconds = 6000;

}  // namespace

MessageBar::MessageBar(QWidget* parent) : QFrame(parent), icon_(new QLabel(this)), text_(new QLabel(this)), accept_(new QPushButton(this)) {
  widgets::describe(this, "messageBar", tr("Message"));
  widgets::describe(text_, "messageText", tr("Message text"));
  setAutoFillBackground(true);
  text_->setTextFormat(Qt::PlainText);
  text_->setWordWrap(true);
  text_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  widgets::describe(accept_, "messageAccept", tr("Do what the message offers"));
  auto* close = new QToolButton(this);
  widgets::describe(close, "messageClose", tr("Close the message"));
  close->setIcon(widgets::icon(QStringLiteral("close")));
  close->setAutoRaise(true);
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(10, 4, 6, 4);
  row->addWidget(icon_);
  row->addWidget(text_, 1);
  row->addWidget(accept_);
  row->addWidget(close);
  connect(close, &QToolButton::clicked, this, &MessageBar::dismiss);
  connect(accept_, &QPushButton::clicked, this, [this] {
    hide();
    if (const auto call = std::exchange(accepted_, nullptr)) call();
  });
  hide();
}

void MessageBar::showError(const QString& what, const QString& why) {
  display(QStringLiteral("error"), QStringLiteral("%1: %2").arg(what, why), true);
}

void MessageBar::showNote(const QString& text) {
  display(QStringLiteral("info"), text, false);
  QTimer::singleShot(noteMilliseconds, this, [this, text] {
    if (text_->text() == text) hide();
  });
}

void MessageBar::showOffer(const QString& text, const QString& button, std::function<void()> accepted, std::function<void()> dismissed) {
  display(QStringLiteral("info"), text, false);
  accepted_ = std::move(accepted);
  dismissed_ = std::move(dismissed);
  accept_->setText(button);
  accept_->show();
}

void MessageBar::dismiss() {
  hide();
  if (const auto call = std::exchange(dismissed_, nullptr)) call();
}

QString MessageBar::text() const { return isHidden() ? QString() : text_->text(); }

void MessageBar::display(const QString& iconName, const QString& text, bool error) {
  accept_->hide();
  accepted_ = dismissed_ = nullptr;
  const int side = fontMetrics().height();
  icon_->setPixmap(widgets::icon(iconName).pixmap(side, side));
  text_->setText(text);
  QPalette colours = palette();
  colours.setColor(QPalette::Window, error ? widgets::theme().warningBack : widgets::theme().raised);
  setPalette(colours);
  show();
}

}  // namespace ew::window
