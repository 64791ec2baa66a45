// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/graph/graph_scene.h"

#include <algorithm>
#include <map>

namespace ew::widgets {
namespace {

LayoutInput::Box boxFor(const DisplayItem& item, double unit) {
  switch (item.kind) {
    case DisplayItem::Kind::Block: return {13.5 * unit, 4.9 * unit};
    case DisplayItem::Kind::Input:
    case DisplayItem::Kind::Output: return {12.5 * unit, 1.5 * unit};
    case DisplayItem::Kind::Node: break;
  }
  return item.layer ? LayoutInput::Box{13.5 * unit, 4.9 * unit} : LayoutInput::Box{12.5 * unit, 1.5 * unit};
}

void findOutlines(GraphScene& scene, const DisplayOptions& options) {
  scene.outlines.resize(scene.display.blocks.size());
  const Graph& graph = *scene.version->graph;
  for (std::size_t b = 0; b < scene.display.blocks.size(); ++b) {
    if (options.collapsed.contains(static_cast<int>(b))) continue;
    for (std::size_t i = scene.display.blocks[b].first; i < scene.display.blocks[b].last; ++i) {
      const auto it = scene.display.itemOf.find(graph.nodes()[i].id);
      // A merged quantize node may belong to a box outside of the block.
      if (it == scene.display.itemOf.end()) continue;
      const DisplayItem& item = scene.display.items[static_cast<std::size_t>(it->second)];
      if (item.node == graph.nodes()[i].id) scene.outlines[b] |= scene.boxes[static_cast<std::size_t>(it->second)];
    }
    const double margin = scene.unit * 0.6;
    if (!scene.outlines[b].isNull()) scene.outlines[b].adjust(-margin, -margin, margin, margin);
  }
}

void linkBadges(GraphScene& scene) {
  std::map<std::pair<int, int>, int> edgeOf;
  for (std::size_t e = 0; e < scene.display.edges.size(); ++e) {
    const DisplayEdge& edge = scene.display.edges[e];
    scene.below[static_cast<std::size_t>(edge.from)].push_back(edge.to);
    scene.above[static_cast<std::size_t>(edge.to)].push_back(edge.from);
    if (!edge.badge.isEmpty()) edgeOf[{edge.from, edge.to}] = static_cast<int>(e);
  }
  scene.badgeOf.assign(scene.layout.segments.size(), -1);
  if (edgeOf.empty()) return;
  for (std::size_t s = 0; s < scene.layout.segments.size(); ++s) {
    const Layout::Segment& segment = scene.layout.segments[s];
    if (segment.target < 0) continue;
    const auto it = edgeOf.find({segment.source, segment.target});
    if (it != edgeOf.end()) scene.badgeOf[s] = it->second;
  }
}

}  // namespace

QRectF GraphScene::bounds() const { return {0, 0, layout.width, layout.height}; }

std::pair<std::size_t, std::size_t> GraphScene::layersBetween(double low, double high) const {
  const auto first = std::ranges::lower_bound(layout.bands, low, {}, &Layout::Band::bottom);
  const auto last = std::ranges::upper_bound(layout.bands, high, {}, &Layout::Band::top);
  const auto begin = static_cast<std::size_t>(first - layout.bands.begin());
  return {begin, std::max(begin, static_cast<std::size_t>(last - layout.bands.begin()))};
}

int GraphScene::itemAt(const QPointF& point) const {
  const auto [first, last] = layersBetween(point.y(), point.y());
  for (std::size_t row = first; row < last; ++row)
    for (const int item : layout.layers[row])
      if (boxes[static_cast<std::size_t>(item)].contains(point)) return item;
  return -1;
}

std::shared_ptr<const GraphScene> makeGraphScene(std::shared_ptr<const VersionView> version, std::vector<Block> blocks,
                                                 const DisplayOptions& options, double unit, Progress& progress) {
  auto scene = std::make_shared<GraphScene>();
  scene->version = std::move(version);
  scene->unit = unit;
  scene->display = makeDisplayGraph(*scene->version->graph, scene->version->summary, std::move(blocks), options);
  LayoutInput input;
  for (const DisplayItem& item : scene->display.items) input.boxes.push_back(boxFor(item, unit));
  for (const DisplayEdge& edge : scene->display.edges) input.edges.emplace_back(edge.from, edge.to);
  LayoutOptions look;
  look.boxGap = 1.4 * unit;
  look.layerGap = 1.7 * unit;
  look.edgeGap = 0.7 * unit;
  std::optional<Layout> layout = layoutGraph(input, look, progress);
  if (!layout) return nullptr;
  scene->layout = std::move(*layout);
  for (std::size_t i = 0; i < input.boxes.size(); ++i) {
    const auto [width, height] = input.boxes[i];
    scene->boxes.emplace_back(scene->layout.places[i].x - width / 2, scene->layout.places[i].y - height / 2, width, height);
  }
  scene->below.resize(input.boxes.size());
  scene->above.resize(input.boxes.size());
  linkBadges(*scene);
  findOutlines(*scene, options);
  return scene;
}

}  // namespace ew::widgets
