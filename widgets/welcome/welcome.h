// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QVBoxLayout;

namespace ew::widgets {

/// What the first start shows: a drop target, "Open", "Open the sample" and the recent files.
class Welcome : public QWidget {
  Q_OBJECT
 public:
  explicit Welcome(QWidget* parent);
  void setRecent(const QStringList& files);

 signals:
  void openRequested();
  void sampleRequested();
  void recentRequested(const QString& path);

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  QVBoxLayout* recent_;
  QWidget* recentBox_;
};

}  // namespace ew::widgets
