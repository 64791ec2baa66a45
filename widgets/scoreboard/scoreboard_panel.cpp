// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/scoreboard/scoreboard_panel.h"

#include <QHBoxLayout>

#include "widgets/common/painting.h"

namespace ew::widgets {

ScoreboardPanel::ScoreboardPanel(Selection* selection, QWidget* parent) : Panel(selection, parent) {
  describe(this, "scoreboardPanel", title());
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(6, 4, 6, 4);
  row->setSpacing(6);
  constexpr std::array<const char*, kTiles> names{"tileAccuracy", "tileLatency", "tileEnergy", "tileFlash", "tileRam"};
  for (std::size_t i = 0; i < kTiles; ++i) {
    tiles_[i] = new ScoreTile(names[i], this);
    row->addWidget(tiles_[i], 1);
  }
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  refresh();
}

void ScoreboardPanel::setProject(std::shared_ptr<const ProjectView> next) {
  Panel::setProject(std::move(next));
  refresh();
}

void ScoreboardPanel::setCandidate(std::shared_ptr<const VersionView> next) {
  Panel::setCandidate(std::move(next));
  refresh();
}

void ScoreboardPanel::refresh() {
  std::array<TileContent, kTiles> contents = scores(project().get(), candidate().get());
  for (std::size_t i = 0; i < kTiles; ++i) tiles_[i]->setContent(std::move(contents[i]));
}

}  // namespace ew::widgets
