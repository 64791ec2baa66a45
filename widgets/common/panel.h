// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <memory>

#include "widgets/common/project_view.h"
#include "widgets/common/selection.h"

namespace ew::widgets {

/// A part of the studio. Receives immutable results, shares the selection, asks for changes by signals of its own,
/// and computes nothing that could block.
class Panel : public QWidget {
  Q_OBJECT
 public:
  /// `selection` outlives the panel.
  Panel(Selection* selection, QWidget* parent);

  virtual QString title() const = 0;
  /// A new document or a new current version; null when nothing is open.
  virtual void setProject(std::shared_ptr<const ProjectView> project);
  /// What a change that is not applied yet would give; null when there is none. Called on every slider move.
  virtual void setCandidate(std::shared_ptr<const VersionView> candidate);

 protected:
  Selection* selection() const { return selection_; }
  /// Null, or a view with both versions.
  const std::shared_ptr<const ProjectView>& project() const { return project_; }
  const std::shared_ptr<const VersionView>& candidate() const { return candidate_; }

 private:
  Selection* selection_;
  std::shared_ptr<const ProjectView> project_;
  std::shared_ptr<const VersionView> candidate_;
};

}  // namespace ew::widgets
