// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <limits>

#include "widgets/graph/layout_steps.h"

namespace ew::widgets {
namespace {

using Adjacency = std::vector<std::vector<int>>;

std::vector<int> topologicalOrder(const Adjacency& out, std::vector<int> waiting) {
  std::vector<int> order;
  order.reserve(out.size());
  for (std::size_t v = 0; v < out.size(); ++v)
    if (waiting[v] == 0) order.push_back(static_cast<int>(v));
  for (std::size_t at = 0; at < order.size(); ++at)
    for (const int to : out[static_cast<std::size_t>(order[at])])
      if (--waiting[static_cast<std::size_t>(to)] == 0) order.push_back(to);
  return order;
}

}  // namespace

void Layered::numberPositions() {
  position.resize(layer.size());
  for (const std::vector<int>& row : layers)
    for (std::size_t i = 0; i < row.size(); ++i) position[static_cast<std::size_t>(row[i])] = static_cast<int>(i);
}

std::vector<int> assignLayers(int boxes, const std::vector<std::pair<int, int>>& edges) {
  const auto n = static_cast<std::size_t>(boxes);
  Adjacency out(n), in(n);
  std::vector<int> waiting(n, 0), layer(n, 0);
  for (const auto& [from, to] : edges) {
    out[static_cast<std::size_t>(from)].push_back(to);
    in[static_cast<std::size_t>(to)].push_back(from);
    ++waiting[static_cast<std::size_t>(to)];
  }
  const std::vector<int> order = topologicalOrder(out, waiting);
  for (const int v : order)
    for (const int to : out[static_cast<std::size_t>(v)])
      layer[static_cast<std::size_t>(to)] =
          std::max(layer[static_cast<std::size_t>(to)], layer[static_cast<std::size_t>(v)] + 1);
  for (auto it = order.rbegin(); it != order.rend(); ++it) {
    const auto v = static_cast<std::size_t>(*it);
    if (out[v].empty() || out[v].size() <= in[v].size()) continue;
    int lowest = std::numeric_limits<int>::max();
    for (const int to : out[v]) lowest = std::min(lowest, layer[static_cast<std::size_t>(to)] - 1);
    layer[v] = std::max(layer[v], lowest);
  }
  return layer;
}

Layered makeLayered(const LayoutInput& input, const std::vector<std::pair<int, int>>& edges, std::vector<int> layerOf,
                    double dummyWidth) {
  Layered out;
  const std::size_t n = input.boxes.size();
  out.real = static_cast<int>(n);
  out.layer = std::move(layerOf);
  out.up.resize(n);
  out.down.resize(n);
  Adjacency targets(n);
  for (std::size_t v = 0; v < n; ++v) {
    out.width.push_back(input.boxes[v].width);
    out.source.push_back(static_cast<int>(v));
  }
  for (const auto& [from, to] : edges) targets[static_cast<std::size_t>(from)].push_back(to);
  const auto connect = [&](int upper, int lower) {
    out.down[static_cast<std::size_t>(upper)].push_back(lower);
    out.up[static_cast<std::size_t>(lower)].push_back(upper);
  };
  for (std::size_t v = 0; v < n; ++v) {
    std::ranges::stable_sort(targets[v], {}, [&](int t) { return out.layer[static_cast<std::size_t>(t)]; });
    int tail = static_cast<int>(v), tailLayer = out.layer[v];
    for (const int target : targets[v]) {
      while (tailLayer + 1 < out.layer[static_cast<std::size_t>(target)]) {
        const int dummy = out.count();
        out.layer.push_back(++tailLayer);
        out.width.push_back(dummyWidth);
        out.source.push_back(static_cast<int>(v));
        out.up.emplace_back();
        out.down.emplace_back();
        connect(tail, dummy);
        tail = dummy;
      }
      connect(tail, target);
    }
  }
  const int depth = out.layer.empty() ? 0 : *std::ranges::max_element(out.layer) + 1;
  out.layers.resize(static_cast<std::size_t>(depth));
  return out;
}

}  // namespace ew::widgets
