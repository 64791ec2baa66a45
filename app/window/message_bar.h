// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>
#include <functional>

class QLabel;
class QPushButton;

namespace ew::window {

/// A line above the work that says what happened, to what, and what to do next. Never modal; errors and offers stay
/// until they are closed or the next one comes, notes go by themselves.
class MessageBar : public QFrame {
  Q_OBJECT
 public:
  explicit MessageBar(QWidget* parent);
  void showError(const QString& what, const QString& why);
  void showNote(const QString& text);
  /// Something the user may do, with a button for it; `dismissed` runs when the message is closed instead.
  void showOffer(const QString& text, const QString& button, std::function<void()> accepted, std::function<void()> dismissed);
  QString text() const;
  /// Closes what is shown, as its button does.
  void dismiss();

 private:
  void display(const QString& iconName, const QString& text, bool error);
  QLabel *icon_, *text_;
  QPushButton* accept_;
  std::function<void()> accepted_, dismissed_;
};

}  // namespace ew::window
