// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <vector>

#include "widgets/common/project_view.h"

namespace ew::widgets {

/// What the inspector is about: the last layer picked, and all that are selected with it.
struct InspectorContext {
  std::shared_ptr<const ProjectView> project;     ///< null: nothing is open
  std::shared_ptr<const VersionView> candidate;
  const LayerRow* row = nullptr;                  ///< null: nothing is selected
  std::vector<NodeId> nodes;                      ///< of the current graph, `row` among them
};

/// One tab of the inspector.
class InspectorTab : public QWidget {
  Q_OBJECT
 public:
  using QWidget::QWidget;
  virtual QString title() const = 0;
  /// A new layer or a new version.
  virtual void show(const InspectorContext& context) = 0;
  /// Only the candidate changed; called on every slider move.
  virtual void showCandidate(const InspectorContext& context) { show(context); }
};

}  // namespace ew::widgets
