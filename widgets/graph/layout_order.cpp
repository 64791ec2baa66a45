// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <limits>

#include "widgets/graph/layout_steps.h"

namespace ew::widgets {
namespace {

/// First order: as a depth-first walk meets the vertices, so that branches start out side by side.
void initialOrder(Layered& graph) {
  std::vector<char> seen(static_cast<std::size_t>(graph.count()), 0);
  std::vector<int> stack;
  for (int root = 0; root < graph.count(); ++root) {
    if (!graph.up[static_cast<std::size_t>(root)].empty()) continue;
    stack.push_back(root);
    while (!stack.empty()) {
      const auto v = static_cast<std::size_t>(stack.back());
      stack.pop_back();
      if (seen[v]) continue;
      seen[v] = 1;
      graph.layers[static_cast<std::size_t>(graph.layer[v])].push_back(static_cast<int>(v));
      const auto& below = graph.down[v];
      stack.insert(stack.end(), below.rbegin(), below.rend());
    }
  }
  graph.numberPositions();
}

/// Crossings between one layer and the next: inversions, counted with an accumulator tree (Barth et al. 2002).
int crossingsBelow(const Layered& graph, std::size_t row, std::vector<int>& tree) {
  if (row + 1 >= graph.layers.size()) return 0;
  const std::size_t lower = graph.layers[row + 1].size();
  std::size_t first = 1;
  while (first < lower) first *= 2;
  tree.assign(2 * first, 0);
  std::vector<int> ends;
  long long crossings = 0;
  for (const int v : graph.layers[row]) {
    ends.clear();
    for (const int to : graph.down[static_cast<std::size_t>(v)]) ends.push_back(graph.position[static_cast<std::size_t>(to)]);
    std::ranges::sort(ends);
    for (const int end : ends) {
      std::size_t at = first + static_cast<std::size_t>(end);
      ++tree[at];
      while (at > 1) {
        if (at % 2 == 0) crossings += tree[at + 1];
        at /= 2;
        ++tree[at];
      }
    }
  }
  return static_cast<int>(std::min<long long>(crossings, std::numeric_limits<int>::max()));
}

/// Sorts one layer by the mean position of the neighbours in a fixed layer; vertices without any stay put.
void sortByBarycentre(Layered& graph, std::vector<int>& row, const std::vector<std::vector<int>>& neighbours) {
  struct Key { double weight; int vertex; };
  std::vector<Key> keys;
  for (const int v : row) {
    double sum = 0;
    const auto& list = neighbours[static_cast<std::size_t>(v)];
    for (const int u : list) sum += graph.position[static_cast<std::size_t>(u)];
    if (!list.empty()) keys.push_back({sum / static_cast<double>(list.size()), v});
  }
  std::ranges::stable_sort(keys, {}, &Key::weight);
  std::size_t next = 0;
  for (int& v : row)
    if (!neighbours[static_cast<std::size_t>(v)].empty()) v = keys[next++].vertex;
  for (std::size_t i = 0; i < row.size(); ++i) graph.position[static_cast<std::size_t>(row[i])] = static_cast<int>(i);
}

/// Crossings between the edges of `left` and `right` when they stand in that order.
int crossingsOfPair(const Layered& graph, const std::vector<int>& left, const std::vector<int>& right) {
  int count = 0;
  for (const int l : left)
    for (const int r : right)
      count += graph.position[static_cast<std::size_t>(l)] > graph.position[static_cast<std::size_t>(r)];
  return count;
}

/// Swaps neighbours while that removes crossings.
void transpose(Layered& graph) {
  bool better = true;
  for (int round = 0; better && round < 8; ++round) {
    better = false;
    for (std::vector<int>& row : graph.layers) {
      for (std::size_t i = 0; i + 1 < row.size(); ++i) {
        const auto a = static_cast<std::size_t>(row[i]), b = static_cast<std::size_t>(row[i + 1]);
        const int now = crossingsOfPair(graph, graph.up[a], graph.up[b]) + crossingsOfPair(graph, graph.down[a], graph.down[b]);
        const int swapped = crossingsOfPair(graph, graph.up[b], graph.up[a]) + crossingsOfPair(graph, graph.down[b], graph.down[a]);
        if (swapped >= now) continue;
        std::swap(row[i], row[i + 1]);
        std::swap(graph.position[a], graph.position[b]);
        better = true;
      }
    }
  }
}

}  // namespace

int countCrossings(const Layered& graph) {
  std::vector<int> tree;
  long long sum = 0;
  for (std::size_t row = 0; row + 1 < graph.layers.size(); ++row) sum += crossingsBelow(graph, row, tree);
  return static_cast<int>(std::min<long long>(sum, std::numeric_limits<int>::max()));
}

bool reduceCrossings(Layered& graph, int sweeps, Progress& progress, int& crossings) {
  initialOrder(graph);
  crossings = countCrossings(graph);
  auto best = graph.layers;
  // Swapping neighbours looks at pairs of edges, so it is for graphs of the usual size only.
  const bool small = graph.count() < 4000;
  for (int sweep = 0, idle = 0; sweep < sweeps && idle < 4 && crossings > 0; ++sweep) {
    if (progress.cancelled()) return false;
    if (sweep % 2 == 0)
      for (std::size_t row = 1; row < graph.layers.size(); ++row) sortByBarycentre(graph, graph.layers[row], graph.up);
    else
      for (std::size_t row = graph.layers.size() - 1; row-- > 0;) sortByBarycentre(graph, graph.layers[row], graph.down);
    if (small) transpose(graph);
    const int now = countCrossings(graph);
    ++idle;
    if (now >= crossings) continue;
    crossings = now;
    best = graph.layers;
    idle = 0;
  }
  graph.layers = std::move(best);
  graph.numberPositions();
  return !progress.cancelled();
}

}  // namespace ew::widgets
