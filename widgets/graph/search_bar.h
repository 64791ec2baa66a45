// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLabel;
class QLineEdit;
class QToolButton;

namespace ew::widgets {

/// A line that is searched for while typing, with "3 of 17" and steps to the next and previous hit.
class SearchBar : public QWidget {
  Q_OBJECT
 public:
  explicit SearchBar(QWidget* parent);
  QString text() const;
  void setText(const QString& text);
  void setCount(int count);  ///< hits for the text; the first becomes the one shown

 public slots:
  void open();               ///< shows it with the text selected
  void dismiss();

 signals:
  void searched(const QString& text);
  void hitShown(int index);  ///< -1: none
  void dismissed();

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void show(int index);
  QLineEdit* line_;
  QLabel* status_;
  QToolButton *previous_, *next_;
  int count_ = 0, index_ = -1;
};

}  // namespace ew::widgets
