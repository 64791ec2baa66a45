// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "tests/widgets/fixture.h"
#include "widgets/graph/blocks.h"
#include "widgets/graph/layout.h"
#include "widgets/graph/layout_steps.h"

namespace ew::widgets {
namespace {

LayoutInput boxes(int count, std::vector<std::pair<int, int>> edges) {
  LayoutInput input;
  input.boxes.assign(static_cast<std::size_t>(count), {100, 30});
  input.edges = std::move(edges);
  return input;
}

Layout laidOut(const LayoutInput& input) {
  NoProgress progress;
  auto layout = layoutGraph(input, {}, progress);
  EXPECT_TRUE(layout.has_value());
  return std::move(layout).value_or(Layout());
}

/// Crossings by the definition: every pair of edges between two layers.
int bruteCrossings(const Layered& graph) {
  std::vector<std::pair<int, int>> edges;
  for (int v = 0; v < graph.count(); ++v)
    for (const int w : graph.down[static_cast<std::size_t>(v)]) edges.emplace_back(v, w);
  int count = 0;
  const auto at = [&](int v) { return graph.position[static_cast<std::size_t>(v)]; };
  for (std::size_t i = 0; i < edges.size(); ++i)
    for (std::size_t j = i + 1; j < edges.size(); ++j)
      if (graph.layer[static_cast<std::size_t>(edges[i].first)] == graph.layer[static_cast<std::size_t>(edges[j].first)])
        count += (at(edges[i].first) - at(edges[j].first)) * (at(edges[i].second) - at(edges[j].second)) < 0;
  return count;
}

TEST(GraphLayout, PutsEveryBoxBelowTheBoxesItReads) {
  const LayoutInput input = boxes(6, {{0, 1}, {1, 2}, {0, 3}, {3, 2}, {2, 4}, {0, 4}, {4, 5}});
  const Layout layout = laidOut(input);
  for (const auto& [from, to] : input.edges)
    EXPECT_LT(layout.places[static_cast<std::size_t>(from)].y, layout.places[static_cast<std::size_t>(to)].y);
}

TEST(GraphLayout, DrawsAChainAsOneStraightLine) {
  const Layout layout = laidOut(boxes(5, {{0, 1}, {1, 2}, {2, 3}, {3, 4}}));
  for (const auto& place : layout.places) EXPECT_DOUBLE_EQ(place.x, layout.places.front().x);
  for (const auto& segment : layout.segments) EXPECT_DOUBLE_EQ(segment.x0, segment.x1);
}

TEST(GraphLayout, KeepsBoxesApartOnRandomGraphs) {
  std::mt19937 random(3);
  for (int round = 0; round < 20; ++round) {
    LayoutInput input;
    for (int i = 0; i < 60; ++i) input.boxes.push_back({40.0 + static_cast<double>(random() % 160), 30});
    for (int i = 1; i < 60; ++i) {
      input.edges.emplace_back(static_cast<int>(random() % static_cast<unsigned>(i)), i);
      input.edges.emplace_back(static_cast<int>(random() % static_cast<unsigned>(i)), i);
    }
    const Layout layout = laidOut(input);
    for (const auto& row : layout.layers)
      for (std::size_t k = 0; k + 1 < row.size(); ++k) {
        const auto a = static_cast<std::size_t>(row[k]), b = static_cast<std::size_t>(row[k + 1]);
        EXPECT_GE(layout.places[b].x - input.boxes[b].width / 2, layout.places[a].x + input.boxes[a].width / 2 + 1);
      }
  }
}

TEST(GraphLayout, CountsCrossingsAsTheDefinitionSays) {
  std::mt19937 random(5);
  LayoutInput input = boxes(40, {});
  for (int i = 1; i < 40; ++i)
    for (int k = 0; k < 2; ++k) input.edges.emplace_back(static_cast<int>(random() % static_cast<unsigned>(i)), i);
  std::ranges::sort(input.edges);
  const auto tail = std::ranges::unique(input.edges);
  input.edges.erase(tail.begin(), tail.end());
  Layered graph = makeLayered(input, input.edges, assignLayers(40, input.edges), 4);
  int left = 0;
  NoProgress progress;
  ASSERT_TRUE(reduceCrossings(graph, 0, progress, left));
  EXPECT_EQ(left, bruteCrossings(graph));
  ASSERT_GT(left, 0);
  for (auto& row : graph.layers) row.clear();
  int reduced = 0;
  ASSERT_TRUE(reduceCrossings(graph, 24, progress, reduced));
  EXPECT_EQ(reduced, bruteCrossings(graph));
  EXPECT_LT(reduced, left);
}

TEST(GraphLayout, UntanglesTwoCrossedBranches) {
  EXPECT_EQ(laidOut(boxes(6, {{0, 3}, {1, 2}, {2, 4}, {3, 5}, {0, 5}, {1, 4}})).crossings, 0);
}

TEST(GraphLayout, SurvivesLoopsAndCycles) {
  const Layout layout = laidOut(boxes(3, {{0, 1}, {1, 2}, {2, 0}, {1, 1}}));
  EXPECT_EQ(layout.places.size(), 3u);
  EXPECT_EQ(layout.layers.size(), 3u);
}

TEST(GraphLayout, LeavesTheLongestEdgesOutBeyondItsBudget) {
  LayoutInput input = boxes(50, {});
  for (int i = 1; i < 50; ++i) input.edges.emplace_back(i - 1, i);
  input.edges.emplace_back(0, 49);
  input.edges.emplace_back(10, 13);
  LayoutOptions options;
  options.passings = 10;
  NoProgress progress;
  const auto layout = layoutGraph(input, options, progress);
  ASSERT_TRUE(layout);
  EXPECT_EQ(layout->omittedEdges, 1);
}

TEST(GraphLayout, StopsWhenCancelled) {
  struct Stop final : Progress {
    void step(std::int64_t, std::int64_t, std::string_view) override {}
    bool cancelled() const override { return true; }
  } stop;
  EXPECT_FALSE(layoutGraph(boxes(2, {{0, 1}}), {}, stop));
}

TEST(GraphBlocks, FindsTheRepeatedBlocksOfAResidualNetwork) {
  const auto graph = test::smallNet();
  const std::vector<Block> blocks = findBlocks(*graph);
  ASSERT_EQ(blocks.size(), 3u);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(blocks[static_cast<std::size_t>(i)].name, "stage" + std::to_string(i + 1));
    EXPECT_EQ(blocks[static_cast<std::size_t>(i)].last - blocks[static_cast<std::size_t>(i)].first, 5u);
  }
}

}  // namespace
}  // namespace ew::widgets
