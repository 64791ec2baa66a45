// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <unordered_map>
#include <vector>

#include "core/analysis/analysis.h"
#include "core/graph/graph.h"

namespace ew {
struct LayerTime;
namespace simulate { struct LayerReport; }
}  // namespace ew

namespace ew::widgets {

struct VersionView;

/// What is known about one node of the current graph, beside the original node that it came from. The pointers
/// belong to the versions of the same ProjectView; each but `now` may be null.
struct LayerRow {
  NodeId node = kNone;
  NodeId originalNode = kNone;
  const analysis::LayerFacts* now = nullptr;
  const analysis::LayerFacts* before = nullptr;
  const simulate::LayerReport* predicted = nullptr;
  const simulate::LayerReport* predictedBefore = nullptr;
  const LayerTime* measured = nullptr;
  const LayerTime* measuredBefore = nullptr;

  /// Measured here when there is a measurement, else predicted for the device.
  std::optional<double> latencyMs() const;
  std::optional<double> energyMj() const;
  /// Output channels that the original layer had and this one has no more.
  std::int64_t channelsRemoved() const;
};

/// Every node of the current graph in execution order (quantize nodes left out), joined with its past and costs.
class LayerTable {
 public:
  LayerTable() = default;
  LayerTable(const VersionView& original, const VersionView& current);

  const std::vector<LayerRow>& rows() const { return rows_; }
  const LayerRow* row(NodeId current) const;
  /// Sum over the rows, for shares; 0 when nothing is known.
  double totalLatencyMs() const { return totalLatencyMs_; }

 private:
  std::vector<LayerRow> rows_;
  std::unordered_map<NodeId, std::size_t> index_;
  double totalLatencyMs_ = 0;
};

}  // namespace ew::widgets
