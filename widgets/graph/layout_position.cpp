// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>
#include <limits>

#include "widgets/graph/layout_steps.h"

// U. Brandes, B. Koepf: Fast and Simple Horizontal Coordinate Assignment, GD 2001. Blocks are compacted by two
// longest-path passes over the graph of blocks, which also takes boxes of different widths.

namespace ew::widgets {
namespace {

using Rows = std::vector<std::vector<int>>;

/// For each vertex and each of its upper neighbours: the edge crosses an inner edge of a long one and must give way.
std::vector<std::vector<char>> markConflicts(const Layered& graph) {
  std::vector<std::vector<char>> conflict(static_cast<std::size_t>(graph.count()));
  for (std::size_t v = 0; v < conflict.size(); ++v) conflict[v].assign(graph.up[v].size(), 0);
  for (std::size_t row = 1; row < graph.layers.size(); ++row) {
    const std::vector<int>& lower = graph.layers[row];
    int left = 0;
    std::size_t scanned = 0;
    for (std::size_t i = 0; i < lower.size(); ++i) {
      const auto v = static_cast<std::size_t>(lower[i]);
      const bool inner = graph.dummy(lower[i]) && graph.dummy(graph.up[v].front());
      if (!inner && i + 1 < lower.size()) continue;
      const int right = inner ? graph.position[static_cast<std::size_t>(graph.up[v].front())]
                              : static_cast<int>(graph.layers[row - 1].size()) - 1;
      for (; scanned <= i; ++scanned) {
        const auto w = static_cast<std::size_t>(lower[scanned]);
        for (std::size_t k = 0; k < graph.up[w].size(); ++k) {
          const int at = graph.position[static_cast<std::size_t>(graph.up[w][k])];
          if (at < left || at > right) conflict[w][k] = 1;
        }
      }
      left = right;
    }
  }
  return conflict;
}

/// One of the four extreme layouts: blocks grow towards the upper or the lower neighbours, packed to the left.
class Alignment {
 public:
  Alignment(const Layered& graph, const std::vector<std::vector<char>>& conflict, const LayoutOptions& options, bool fromTop,
            bool mirrored)
      : graph_(graph), conflict_(conflict), options_(options), fromTop_(fromTop), mirrored_(mirrored) {}

  std::vector<double> run() {
    rows_ = graph_.layers;
    position_ = graph_.position;
    if (mirrored_)
      for (std::vector<int>& row : rows_) {
        std::ranges::reverse(row);
        for (std::size_t i = 0; i < row.size(); ++i) position_[static_cast<std::size_t>(row[i])] = static_cast<int>(i);
      }
    align();
    std::vector<double> x = compact();
    if (mirrored_)
      for (double& value : x) value = -value;
    return x;
  }

 private:
  bool conflicts(int upper, int lower) const {
    const auto& list = graph_.up[static_cast<std::size_t>(lower)];
    const auto at = std::ranges::find(list, upper) - list.begin();
    return conflict_[static_cast<std::size_t>(lower)][static_cast<std::size_t>(at)] != 0;
  }

  void alignRow(const std::vector<int>& row) {
    int last = -1;
    std::vector<int> near;
    for (const int v : row) {
      near = fromTop_ ? graph_.up[static_cast<std::size_t>(v)] : graph_.down[static_cast<std::size_t>(v)];
      if (near.empty()) continue;
      std::ranges::sort(near, {}, [&](int u) { return position_[static_cast<std::size_t>(u)]; });
      const std::size_t middles[] = {(near.size() - 1) / 2, near.size() / 2};
      for (const std::size_t m : middles) {
        const int u = near[m];
        const int at = position_[static_cast<std::size_t>(u)];
        if (next_[static_cast<std::size_t>(v)] != v || at <= last) continue;
        if (fromTop_ ? conflicts(u, v) : conflicts(v, u)) continue;
        next_[static_cast<std::size_t>(u)] = v;
        root_[static_cast<std::size_t>(v)] = root_[static_cast<std::size_t>(u)];
        next_[static_cast<std::size_t>(v)] = root_[static_cast<std::size_t>(v)];
        last = at;
      }
    }
  }

  void align() {
    root_.resize(static_cast<std::size_t>(graph_.count()));
    for (std::size_t v = 0; v < root_.size(); ++v) root_[v] = static_cast<int>(v);
    next_ = root_;
    if (fromTop_)
      for (const auto& row : rows_) alignRow(row);
    else
      for (auto row = rows_.rbegin(); row != rows_.rend(); ++row) alignRow(*row);
  }

  double separation(int a, int b) const {
    const bool edges = graph_.dummy(a) || graph_.dummy(b);
    return (graph_.width[static_cast<std::size_t>(a)] + graph_.width[static_cast<std::size_t>(b)]) / 2 +
           (edges ? options_.edgeGap : options_.boxGap);
  }

  std::vector<double> compact() const {
    struct Arc { int to; double gap; };
    const std::size_t n = root_.size();
    std::vector<std::vector<Arc>> right(n), left(n);
    std::vector<int> waiting(n, 0);
    for (const auto& row : rows_)
      for (std::size_t i = 0; i + 1 < row.size(); ++i) {
        const int a = root_[static_cast<std::size_t>(row[i])], b = root_[static_cast<std::size_t>(row[i + 1])];
        const double gap = separation(row[i], row[i + 1]);
        right[static_cast<std::size_t>(a)].push_back({b, gap});
        left[static_cast<std::size_t>(b)].push_back({a, gap});
        ++waiting[static_cast<std::size_t>(b)];
      }
    std::vector<int> order;
    for (std::size_t v = 0; v < n; ++v)
      if (root_[v] == static_cast<int>(v) && waiting[v] == 0) order.push_back(static_cast<int>(v));
    std::vector<double> x(n, 0);
    for (std::size_t at = 0; at < order.size(); ++at) {
      const auto v = static_cast<std::size_t>(order[at]);
      for (const Arc& arc : left[v]) x[v] = std::max(x[v], x[static_cast<std::size_t>(arc.to)] + arc.gap);
      for (const Arc& arc : right[v])
        if (--waiting[static_cast<std::size_t>(arc.to)] == 0) order.push_back(arc.to);
    }
    for (auto it = order.rbegin(); it != order.rend(); ++it) {
      const auto v = static_cast<std::size_t>(*it);
      double room = std::numeric_limits<double>::infinity();
      for (const Arc& arc : right[v]) room = std::min(room, x[static_cast<std::size_t>(arc.to)] - arc.gap);
      if (room < std::numeric_limits<double>::infinity()) x[v] = std::max(x[v], room);
    }
    for (std::size_t v = 0; v < n; ++v) x[v] = x[static_cast<std::size_t>(root_[v])];
    return x;
  }

  const Layered& graph_;
  const std::vector<std::vector<char>>& conflict_;
  const LayoutOptions& options_;
  bool fromTop_, mirrored_;
  Rows rows_;
  std::vector<int> position_, root_, next_;
};

struct Extent { double low, high; };

Extent extentOf(const Layered& graph, const std::vector<double>& x) {
  Extent out{std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()};
  for (std::size_t v = 0; v < x.size(); ++v) {
    out.low = std::min(out.low, x[v] - graph.width[v] / 2);
    out.high = std::max(out.high, x[v] + graph.width[v] / 2);
  }
  return out;
}

}  // namespace

std::vector<double> assignCoordinates(const Layered& graph, const LayoutOptions& options) {
  if (graph.count() == 0) return {};
  const auto conflict = markConflicts(graph);
  std::array<std::vector<double>, 4> xs;
  std::array<Extent, 4> extents{};
  std::size_t narrowest = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    xs[i] = Alignment(graph, conflict, options, i < 2, i % 2 == 1).run();
    extents[i] = extentOf(graph, xs[i]);
    if (extents[i].high - extents[i].low < extents[narrowest].high - extents[narrowest].low) narrowest = i;
  }
  std::vector<double> out(xs[0].size());
  std::array<double, 4> shift{};
  for (std::size_t i = 0; i < 4; ++i)
    shift[i] = i % 2 == 0 ? extents[narrowest].low - extents[i].low : extents[narrowest].high - extents[i].high;
  for (std::size_t v = 0; v < out.size(); ++v) {
    std::array<double, 4> four{};
    for (std::size_t i = 0; i < 4; ++i) four[i] = xs[i][v] + shift[i];
    std::ranges::sort(four);
    out[v] = (four[1] + four[2]) / 2;
  }
  const double low = extentOf(graph, out).low;
  for (double& x : out) x -= low;
  return out;
}

}  // namespace ew::widgets
