// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/common/panel.h"

class QLabel;
class QToolButton;
class QTreeWidget;
class QTreeWidgetItem;

namespace ew::widgets {

/// The document as what it is: the list of steps, each to be switched, moved, annotated or removed, with what it did
/// and what it left alone underneath. Asks by signals and changes nothing itself.
class RecipePanel : public Panel {
  Q_OBJECT
 public:
  RecipePanel(Selection* selection, QWidget* parent);

  QString title() const override { return tr("Recipe"); }
  void setProject(std::shared_ptr<const ProjectView> project) override;

 signals:
  void enableRequested(int step, bool enabled);
  void moveRequested(int from, int to);
  void removeRequested(int step);
  void noteRequested(int step, const QString& note);

 private:
  void addStep(int index);
  int currentStep() const;
  void updateButtons();
  void editNote();

  QTreeWidget* list_;
  QLabel* empty_;
  QToolButton *up_, *down_, *note_, *remove_;
};

}  // namespace ew::widgets
