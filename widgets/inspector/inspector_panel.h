// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "core/recipe/recipe.h"
#include "widgets/common/panel.h"

class QLabel;
class QTabWidget;

namespace ew::widgets {

struct InspectorContext;
class InspectorTab;

/// Everything about the selected layer: overview, weights, activations, optimize, cost.
class InspectorPanel : public Panel {
  Q_OBJECT
 public:
  InspectorPanel(Selection* selection, QWidget* parent);

  QString title() const override { return tr("Inspector"); }
  void setProject(std::shared_ptr<const ProjectView> project) override;
  void setCandidate(std::shared_ptr<const VersionView> candidate) override;
  void showTab(const QString& objectName);  ///< "inspectorWeights", ...

 signals:
  /// For the selected layers; as in the optimize bar.
  void previewRequested(const std::vector<ew::recipe::Step>& steps);
  void settleRequested();
  void previewCleared();
  void applyRequested(const std::vector<ew::recipe::Step>& steps);

 private:
  InspectorContext context() const;
  void refresh();
  QLabel* heading_;
  QTabWidget* tabs_;
  std::vector<InspectorTab*> all_;
};

}  // namespace ew::widgets
