// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/latency_data.h"

#include <algorithm>

#include "widgets/common/text.h"

namespace ew::widgets {
namespace {

double measured(const LayerTime* time) { return time == nullptr ? 0 : time->milliseconds; }
double predicted(const simulate::LayerReport* report) { return report != nullptr && report->latencyMs.known ? report->latencyMs.value : 0; }

}  // namespace

LatencyBars latencyBars(const ProjectView& project, std::size_t most) {
  LatencyBars out;
  const bool changed = project.original != project.current;
  for (const LayerRow& row : project.layers.rows()) {
    LatencyBars::Layer layer;
    layer.node = row.node;
    layer.name = shown(row.now->name);
    layer.ms[LatencyBars::Measured] = measured(row.measured);
    layer.ms[LatencyBars::Predicted] = predicted(row.predicted);
    if (changed) {
      layer.ms[LatencyBars::MeasuredBefore] = measured(row.measuredBefore);
      layer.ms[LatencyBars::PredictedBefore] = predicted(row.predictedBefore);
    }
    if (std::ranges::max(layer.ms) > 0) out.layers.push_back(std::move(layer));
  }
  const auto longest = [](const LatencyBars::Layer& layer) { return std::max(layer.ms[LatencyBars::Measured], layer.ms[LatencyBars::Predicted]); };
  std::ranges::stable_sort(out.layers, std::greater<>(), longest);
  for (std::size_t i = most; i < out.layers.size(); ++i) {
    ++out.omitted;
    out.omittedMs += longest(out.layers[i]);
  }
  if (out.layers.size() > most) out.layers.resize(most);
  for (const LatencyBars::Layer& layer : out.layers)
    for (std::size_t k = 0; k < LatencyBars::kKinds; ++k) out.present[k] = out.present[k] || layer.ms[k] > 0;
  return out;
}

}  // namespace ew::widgets
