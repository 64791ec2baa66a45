// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <QElapsedTimer>

#include "tests/widgets/fixture.h"
#include "widgets/scoreboard/scoreboard_panel.h"

namespace ew::widgets {
namespace {

TEST(Scoreboard, UnknownNumbersSayWhyAndNeverShowZero) {
  Selection selection;
  ScoreboardPanel panel(&selection, nullptr);
  EXPECT_EQ(panel.tile(0)->content().reason, "open a model");
  ProjectView view;
  auto bare = std::make_shared<VersionView>();
  bare->graph = test::smallNet();
  bare->summary = analysis::summarize(*bare->graph);
  view.original = std::move(bare);
  panel.setProject(makeProjectView(std::move(view)));
  EXPECT_FALSE(panel.tile(0)->content().current);
  EXPECT_EQ(panel.tile(0)->content().reason, "no evaluation data: drop a folder");
  EXPECT_FALSE(panel.tile(1)->content().current);
  EXPECT_TRUE(panel.tile(3)->content().current);  // weights can be counted
  EXPECT_TRUE(panel.tile(0)->accessibleDescription().contains("unknown"));
  test::shoot(panel, "scoreboard-unknown", {1024, 80});
}

TEST(Scoreboard, ShowsOriginalCurrentAndCandidate) {
  Selection selection;
  ScoreboardPanel panel(&selection, nullptr);
  panel.setProject(test::projectOf(test::smallNet()));
  const TileContent& accuracy = panel.tile(0)->content();
  EXPECT_DOUBLE_EQ(accuracy.original->value, 91.2);
  EXPECT_DOUBLE_EQ(accuracy.current->value, 90.8);
  EXPECT_TRUE(accuracy.hover().contains("500 samples"));
  test::shoot(panel, "scoreboard", {1024, 80});
  auto candidate = test::versionOf(test::halfZero(*test::smallNet()), 0.01);
  panel.setCandidate(candidate);
  ASSERT_TRUE(panel.tile(1)->content().candidate);
  EXPECT_LT(panel.tile(1)->content().candidate->value, panel.tile(1)->content().current->value);
  EXPECT_FALSE(panel.tile(0)->content().candidate);
  test::shoot(panel, "scoreboard-candidate", {1440, 80});
}

TEST(Scoreboard, WarnsWithTheMissingAmount) {
  Selection selection;
  ScoreboardPanel panel(&selection, nullptr);
  ProjectView view = *test::projectOf(test::smallNet());
  auto current = std::make_shared<VersionView>(*view.current);
  current->predicted->verdicts = {{"ram", 194560, 131072, false, "needs 62 KB more SRAM"}, {"flash", 57000, 262144, true, ""}};
  view.current = current;
  panel.setProject(makeProjectView(std::move(view)));
  EXPECT_EQ(panel.tile(4)->content().warning, "needs 62 KB more SRAM");
  EXPECT_EQ(panel.tile(3)->content().warning, "");
  EXPECT_TRUE(panel.tile(4)->accessibleDescription().contains("62 KB"));
  test::shoot(panel, "scoreboard-warning", {1024, 80});
}

TEST(Scoreboard, CandidateIsShownWithinAFrame) {
  Selection selection;
  ScoreboardPanel panel(&selection, nullptr);
  panel.setProject(test::projectOf(test::smallNet()));
  panel.resize(1024, 80);
  const auto candidate = test::versionOf(test::smallNet(), 0.01);
  panel.grab();
  QElapsedTimer timer;
  timer.start();
  for (int i = 0; i < 20; ++i) {
    panel.setCandidate(candidate);
    panel.grab();
  }
  EXPECT_LT(static_cast<double>(timer.nsecsElapsed()) / 20e6, 16);
}

}  // namespace
}  // namespace ew::widgets
