// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/layer_table.h"

#include <algorithm>
#include <string>

#include "core/run/bench.h"
#include "core/simulate/simulate.h"
#include "widgets/common/origin_map.h"
#include "widgets/common/project_view.h"

namespace ew::widgets {
namespace {

/// Entries found by node id where the name agrees too (ids of a lowered graph can differ), else by name.
template <class Entry>
class Finder {
 public:
  explicit Finder(const std::vector<Entry>* entries) {
    if (entries == nullptr) return;
    for (const Entry& entry : *entries) {
      byId_.emplace(entry.node, &entry);
      byName_.emplace(entry.name, &entry);
    }
  }
  const Entry* find(NodeId id, const std::string& name) const {
    const auto known = byId_.find(id);
    if (known != byId_.end() && known->second->name == name) return known->second;
    const auto named = byName_.find(name);
    return named == byName_.end() ? nullptr : named->second;
  }

 private:
  std::unordered_map<NodeId, const Entry*> byId_;
  std::unordered_map<std::string, const Entry*> byName_;
};

struct VersionFinder {
  explicit VersionFinder(const VersionView& version)
      : facts(&version.summary.layers),
        predicted(version.predicted ? &version.predicted->layers : nullptr),
        measured(version.measured ? &version.measured->layers : nullptr) {}
  Finder<analysis::LayerFacts> facts;
  Finder<simulate::LayerReport> predicted;
  Finder<LayerTime> measured;
};

}  // namespace

std::optional<double> LayerRow::latencyMs() const {
  if (measured != nullptr) return measured->milliseconds;
  if (predicted != nullptr && predicted->latencyMs.known) return predicted->latencyMs.value;
  return {};
}

std::optional<double> LayerRow::energyMj() const {
  if (predicted != nullptr && predicted->energyMj.known) return predicted->energyMj.value;
  return {};
}

std::int64_t LayerRow::channelsRemoved() const {
  return now == nullptr || before == nullptr ? 0 : std::max<std::int64_t>(0, before->channels - now->channels);
}

LayerTable::LayerTable(const VersionView& original, const VersionView& current) {
  const OriginMap origins = original.graph && current.graph ? OriginMap(*original.graph, *current.graph) : OriginMap();
  const VersionFinder past(original), present(current);
  rows_.reserve(current.summary.layers.size());
  for (const analysis::LayerFacts& facts : current.summary.layers) {
    LayerRow row;
    row.node = facts.node;
    row.now = &facts;
    row.predicted = present.predicted.find(facts.node, facts.name);
    row.measured = present.measured.find(facts.node, facts.name);
    row.originalNode = origins.originalOf(facts.node);
    const Node* from = original.graph ? original.graph->node(row.originalNode) : nullptr;
    if (from != nullptr) {
      const std::string name = displayName(*original.graph, *from);
      row.before = past.facts.find(row.originalNode, name);
      row.predictedBefore = past.predicted.find(row.originalNode, name);
      row.measuredBefore = past.measured.find(row.originalNode, name);
    }
    totalLatencyMs_ += row.latencyMs().value_or(0);
    index_.emplace(row.node, rows_.size());
    rows_.push_back(row);
  }
}

const LayerRow* LayerTable::row(NodeId current) const {
  const auto it = index_.find(current);
  return it == index_.end() ? nullptr : &rows_[it->second];
}

std::shared_ptr<const ProjectView> makeProjectView(ProjectView view) {
  if (!view.current) view.current = view.original;
  if (view.original && view.current) view.layers = LayerTable(*view.original, *view.current);
  return std::make_shared<const ProjectView>(std::move(view));
}

}  // namespace ew::widgets
