// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <QTest>

#include "tests/support/graph_text.h"
#include "tests/widgets/fixture.h"
#include "widgets/memory/memory_panel.h"
#include "widgets/roofline/roofline_panel.h"

namespace ew::widgets {
namespace {

TEST(MemoryPanelTest, FindsThePeakWhereBothBranchesAreAlive) {
  const MemoryLine line = memoryLine(test::graphFromText(R"(
    input x:f32[1,1,4,4]
    a: Relu(x) -> u
    b: Sigmoid(u) -> v
    c: Add(u, v) -> w
    d: GlobalAveragePool(w) -> y
    output y
  )"));
  ASSERT_EQ(line.nodes.size(), 4u);
  EXPECT_EQ(line.peak, 2u);             // u, v and w
  EXPECT_EQ(line.peakBytes(), 3 * 64);
}

TEST(MemoryPanelTest, SharesTheSelection) {
  Selection selection;
  MemoryPanel panel(&selection, nullptr);
  test::shoot(panel, "memory-empty", {800, 180});
  const auto project = test::projectOf(test::smallNet());
  selection.setVersions(project->original->graph, project->current->graph);
  panel.setProject(project);
  ASSERT_TRUE(test::waitFor([&] { return panel.data().current.peakBytes() > 0; }));
  panel.setFocus();
  QTest::keyClick(&panel, Qt::Key_Right);
  QTest::keyClick(&panel, Qt::Key_Right);
  EXPECT_EQ(selection.primary(), project->current->graph->nodeNamed("stem/relu")->id);
  QTest::mouseClick(&panel, Qt::LeftButton, {}, QPoint(panel.width() - 20, 60));
  EXPECT_EQ(selection.primary(), project->current->graph->nodeNamed("fc")->id);
  test::shoot(panel, "memory", {900, 200});
}

TEST(RooflinePanelTest, PlacesLayersByTheirIntensityAndSpeed) {
  const auto project = test::projectOf(test::smallNet());
  device::Profile profile;
  profile.macsPerSecond = {{"float32", {3e10, 0.1, ""}}, {"int8", {1e11, 0.1, ""}}};
  profile.memoryBytesPerSecond = device::Sourced{4e9, 0.1, ""};
  const RooflineData data = rooflineData(*project, &profile);
  ASSERT_EQ(data.current.size(), 8u);  // the layers that multiply
  EXPECT_EQ(data.roofs.size(), 2u);
  const LayerRow& row = *project->layers.row(data.current[1].node);
  EXPECT_DOUBLE_EQ(data.current[1].intensity, static_cast<double>(row.predicted->macs) / static_cast<double>(row.predicted->bytes));
  EXPECT_DOUBLE_EQ(data.current[1].macsPerSecond, static_cast<double>(row.predicted->macs) / (row.predicted->latencyMs.value / 1e3));
}

TEST(RooflinePanelTest, LooksRight) {
  Selection selection;
  RooflinePanel panel(&selection, nullptr);
  test::shoot(panel, "roofline-empty", {700, 240});
  const auto project = test::projectOf(test::smallNet());
  selection.setVersions(project->original->graph, project->current->graph);
  panel.setProject(project);
  ASSERT_TRUE(test::waitFor([&] { return !panel.data().empty(); }));
  selection.selectOnly(project->current->graph->nodeNamed("stem/conv")->id);
  test::shoot(panel, "roofline", {700, 300});
}

}  // namespace
}  // namespace ew::widgets
