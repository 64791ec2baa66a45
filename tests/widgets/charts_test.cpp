// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include "tests/widgets/fixture.h"
#include "widgets/charts/latency_chart.h"

namespace ew::widgets {
namespace {

TEST(LatencyChartTest, ListsTheSlowestLayersWithAllTheirTimes) {
  const auto project = test::projectOf(test::smallNet());
  const LatencyBars bars = latencyBars(*project, 5);
  ASSERT_EQ(bars.layers.size(), 5u);
  EXPECT_EQ(bars.layers[0].name, "stage1/conv1");
  EXPECT_EQ(bars.omitted, project->layers.rows().size() - 5);
  for (const bool present : bars.present) EXPECT_TRUE(present);
  const double macs = 16 * 16 * 9 * 32 * 32;
  EXPECT_NEAR(bars.layers[0].ms[LatencyBars::Predicted], 0.004 + macs * 1e-6 * 0.03, 1e-9);
  EXPECT_NEAR(bars.layers[0].ms[LatencyBars::MeasuredBefore], 0.9 * (0.004 + macs * 1e-6 * 0.05), 1e-9);
}

TEST(LatencyChartTest, LooksRight) {
  Selection selection;
  LatencyChart chart(&selection, nullptr);
  test::shoot(chart, "latency-empty", {700, 200});
  const auto project = test::projectOf(test::smallNet());
  selection.setVersions(project->original->graph, project->current->graph);
  chart.setProject(project);
  selection.selectOnly(project->current->graph->nodeNamed("stage2/conv1")->id);
  test::shoot(chart, "latency", {900, 320});
}

}  // namespace
}  // namespace ew::widgets
