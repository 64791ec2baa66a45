// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

namespace ew::widgets {

/// An empty state: what is missing, and what to do about it.
class MessageView : public QWidget {
  Q_OBJECT
 public:
  using QWidget::QWidget;
  void setMessage(const QString& headline, const QString& hint);
  const QString& headline() const { return headline_; }

 protected:
  void paintEvent(QPaintEvent*) override;

 private:
  QString headline_, hint_;
};

}  // namespace ew::widgets
