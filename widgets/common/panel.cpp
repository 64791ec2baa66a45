// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/panel.h"

namespace ew::widgets {

Panel::Panel(Selection* selection, QWidget* parent) : QWidget(parent), selection_(selection) {}

void Panel::setProject(std::shared_ptr<const ProjectView> project) {
  project_ = project && project->original && project->current ? std::move(project) : nullptr;
  candidate_.reset();
}

void Panel::setCandidate(std::shared_ptr<const VersionView> candidate) { candidate_ = std::move(candidate); }

}  // namespace ew::widgets
