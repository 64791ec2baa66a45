// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/graph/layout.h"

#include <algorithm>
#include <cmath>

#include "widgets/graph/layout_steps.h"

namespace ew::widgets {
namespace {

using Edges = std::vector<std::pair<int, int>>;

/// Unique edges without loops; an edge back to a box that a depth-first walk has not left yet is turned round.
Edges acyclicEdges(const LayoutInput& input) {
  const std::size_t n = input.boxes.size();
  std::vector<std::vector<int>> out(n);
  for (const auto& [from, to] : input.edges)
    if (from != to) out[static_cast<std::size_t>(from)].push_back(to);
  Edges edges;
  std::vector<char> state(n, 0);  // 0 new, 1 open, 2 left
  std::vector<std::pair<int, std::size_t>> stack;
  for (std::size_t root = 0; root < n; ++root) {
    if (state[root] != 0) continue;
    stack.emplace_back(static_cast<int>(root), 0);
    state[root] = 1;
    while (!stack.empty()) {
      auto& [v, next] = stack.back();
      if (next == out[static_cast<std::size_t>(v)].size()) {
        state[static_cast<std::size_t>(v)] = 2;
        stack.pop_back();
        continue;
      }
      const int from = v, to = out[static_cast<std::size_t>(v)][next++];
      char& other = state[static_cast<std::size_t>(to)];
      edges.emplace_back(other == 1 ? std::pair(to, from) : std::pair(from, to));
      if (other == 0) {
        other = 1;
        stack.emplace_back(to, 0);
      }
    }
  }
  std::ranges::sort(edges);
  const auto tail = std::ranges::unique(edges);
  edges.erase(tail.begin(), tail.end());
  return edges;
}

/// Drops the longest edges when all of them together would pass too many layers; returns how many.
int limitLongEdges(Edges& edges, const std::vector<int>& layer, int budget) {
  const auto length = [&](const std::pair<int, int>& edge) {
    return layer[static_cast<std::size_t>(edge.second)] - layer[static_cast<std::size_t>(edge.first)];
  };
  // A box's edges share one chain of dummies, so only what reaches beyond its shorter ones counts.
  Edges sorted = edges;
  std::ranges::stable_sort(sorted, {}, length);
  std::vector<int> reach(layer.size(), 1);
  long long passed = 0;
  Edges kept;
  for (const auto& edge : sorted) {
    int& far = reach[static_cast<std::size_t>(edge.first)];
    const long long more = std::max(0, length(edge) - far);
    if (passed + more > budget) continue;
    passed += more;
    far = std::max(far, length(edge));
    kept.push_back(edge);
  }
  const auto dropped = static_cast<int>(edges.size() - kept.size());
  if (dropped == 0) return 0;
  std::ranges::sort(kept);
  edges = std::move(kept);
  return dropped;
}

/// Heights of layers and gaps: a gap grows where its edges run far sideways.
void placeBands(const Layered& graph, const LayoutInput& input, const std::vector<double>& x,
                const LayoutOptions& options, Layout& out) {
  double y = 0;
  for (const std::vector<int>& row : graph.layers) {
    double height = 0, reach = 0;
    for (const int v : row) {
      const auto u = static_cast<std::size_t>(v);
      if (!graph.dummy(v)) height = std::max(height, input.boxes[u].height);
      for (const int w : graph.down[u]) reach = std::max(reach, std::abs(x[static_cast<std::size_t>(w)] - x[u]));
    }
    out.bands.push_back({y, y + height});
    out.height = y + height;
    y += height + options.layerGap + std::min(reach * 0.06, options.layerGap * 1.5);
  }
}

/// Segments leave and enter boxes where that lets them run straight down.
void routeEdges(const Layered& graph, const LayoutInput& input, const std::vector<double>& x,
                const LayoutOptions& options, Layout& out) {
  std::vector<int> entering(static_cast<std::size_t>(graph.count()), -1);  // of dummies
  const auto within = [&](int v, double wanted) {
    const auto u = static_cast<std::size_t>(v);
    const double reach = graph.dummy(v) ? 0 : std::max(0.0, graph.width[u] / 2 - options.edgeGap);
    return std::clamp(wanted, x[u] - reach, x[u] + reach);
  };
  for (std::size_t row = 0; row < graph.layers.size(); ++row) {
    out.firstSegment.push_back(static_cast<int>(out.segments.size()));
    for (const int v : graph.layers[row]) {
      const auto u = static_cast<std::size_t>(v);
      for (const int w : graph.down[u]) {
        const auto t = static_cast<std::size_t>(w);
        Layout::Segment segment;
        segment.x1 = within(w, x[u]);
        segment.x0 = within(v, segment.x1);
        segment.bend = out.bands[row].bottom;
        segment.y0 = graph.dummy(v) ? out.bands[row].top : out.places[u].y + input.boxes[u].height / 2;
        segment.y1 = graph.dummy(w) ? out.bands[row + 1].top : out.places[t].y - input.boxes[t].height / 2;
        segment.gap = static_cast<int>(row);
        segment.source = graph.source[u];
        segment.target = graph.dummy(w) ? -1 : w;
        segment.previous = graph.dummy(v) ? entering[u] : -1;
        if (graph.dummy(w)) entering[t] = static_cast<int>(out.segments.size());
        out.segments.push_back(segment);
      }
    }
  }
  out.firstSegment.push_back(static_cast<int>(out.segments.size()));
}

}  // namespace

std::optional<Layout> layoutGraph(const LayoutInput& input, const LayoutOptions& options, Progress& progress) {
  Edges edges = acyclicEdges(input);
  std::vector<int> layerOf = assignLayers(static_cast<int>(input.boxes.size()), edges);
  Layout out;
  out.omittedEdges = limitLongEdges(edges, layerOf, options.passings);
  Layered graph = makeLayered(input, edges, std::move(layerOf), options.edgeGap);
  if (progress.cancelled() || !reduceCrossings(graph, options.sweeps, progress, out.crossings)) return {};
  const std::vector<double> x = assignCoordinates(graph, options);
  if (progress.cancelled()) return {};
  placeBands(graph, input, x, options, out);
  out.places.resize(input.boxes.size());
  out.layers.resize(graph.layers.size());
  for (std::size_t row = 0; row < graph.layers.size(); ++row)
    for (const int v : graph.layers[row]) {
      const auto u = static_cast<std::size_t>(v);
      out.width = std::max(out.width, x[u] + graph.width[u] / 2);
      if (graph.dummy(v)) continue;
      out.layers[row].push_back(v);
      out.places[u] = {x[u], (out.bands[row].top + out.bands[row].bottom) / 2};
    }
  out.layerOf.assign(graph.layer.begin(), graph.layer.begin() + graph.real);
  routeEdges(graph, input, x, options, out);
  return out;
}

}  // namespace ew::widgets
