// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

#include "widgets/common/panel.h"
#include "widgets/scoreboard/tile.h"

namespace ew::widgets {

/// Accuracy, latency, energy, flash and RAM: original -> current, and the candidate while a change is tried out.
class ScoreboardPanel : public Panel {
  Q_OBJECT
 public:
  ScoreboardPanel(Selection* selection, QWidget* parent);

  QString title() const override { return tr("Scoreboard"); }
  void setProject(std::shared_ptr<const ProjectView> project) override;
  void setCandidate(std::shared_ptr<const VersionView> candidate) override;
  const ScoreTile* tile(std::size_t index) const { return tiles_[index]; }

 private:
  void refresh();
  std::array<ScoreTile*, kTiles> tiles_{};
};

}  // namespace ew::widgets
