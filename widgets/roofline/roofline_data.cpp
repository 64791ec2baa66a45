// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/roofline/roofline_data.h"

#include "widgets/common/text.h"

namespace ew::widgets {
namespace {

std::optional<RooflineData::Point> pointOf(NodeId node, const simulate::LayerReport* report, const LayerTime* measured) {
  if (report == nullptr || report->macs <= 0 || report->bytes <= 0) return {};
  const double ms = measured != nullptr ? measured->milliseconds : report->latencyMs.known ? report->latencyMs.value : 0;
  if (!(ms > 0)) return {};
  RooflineData::Point out;
  out.node = node;
  out.name = shown(report->name);
  out.precision = shown(report->precision);
  out.bound = shown(report->bound);
  out.intensity = static_cast<double>(report->macs) / static_cast<double>(report->bytes);
  out.macsPerSecond = static_cast<double>(report->macs) / ms * 1e3;
  out.milliseconds = ms;
  return out;
}

}  // namespace

RooflineData rooflineData(const ProjectView& project, const device::Profile* profile) {
  RooflineData out;
  if (profile != nullptr) {
    for (const auto& [precision, speed] : profile->macsPerSecond) out.roofs.push_back({shown(precision), speed.value});
    if (profile->memoryBytesPerSecond) out.bytesPerSecond = profile->memoryBytesPerSecond->value;
  }
  // Times measured here say nothing about another device.
  const bool here = project.device == "local";
  const bool changed = project.original != project.current;
  for (const LayerRow& row : project.layers.rows()) {
    if (auto point = pointOf(row.node, row.predicted, here ? row.measured : nullptr)) out.current.push_back(std::move(*point));
    if (!changed) continue;
    if (auto point = pointOf(row.node, row.predictedBefore, here ? row.measuredBefore : nullptr)) out.original.push_back(std::move(*point));
  }
  return out;
}

}  // namespace ew::widgets
