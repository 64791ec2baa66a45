// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

class QLabel;

namespace ew::window {

/// A line above the work that says what happened, to what, and what to do next. Never modal; errors stay until they
/// are closed or the next one comes, notes go by themselves.
class MessageBar : public QFrame {
  Q_OBJECT
 public:
  explicit MessageBar(QWidget* parent);
  void showError(const QString& what, const QString& why);
  void showNote(const QString& text);
  QString text() const;

 private:
  void display(const QString& iconName, const QString& text, bool error);
  QLabel *icon_, *text_;
};

}  // namespace ew::window
