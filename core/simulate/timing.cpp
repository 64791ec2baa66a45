// SPDX-License-Identifier: Apache-2.0
#include "core/simulate/timing.h"

#include <algorithm>

namespace ew::simulate {
namespace {

using device::Profile;
using device::Sourced;

const Sourced* find(const std::map<std::string, Sourced>& rates, const std::string& precision) {
  const auto it = rates.find(precision);
  return it == rates.end() ? nullptr : &it->second;
}

/// The rate of a kind of layer, or the general one when the profile tells no difference.
const Sourced* rateOf(const Profile& profile, LayerKind kind, const std::string& precision) {
  const Sourced* special = nullptr;
  if (kind == LayerKind::Depthwise) special = find(profile.depthwiseMacsPerSecond, precision);
  if (kind == LayerKind::Conv3x3) special = find(profile.conv3x3MacsPerSecond, precision);
  if (kind == LayerKind::FewChannels) special = find(profile.fewChannelMacsPerSecond, precision);
  return special != nullptr ? special : find(profile.macsPerSecond, precision);
}

/// Cycles on the array; a float layer has no place there.
void timeOnArray(const LayerWork& work, const Profile& profile, LayerTime& out) {
  const device::SystolicArray& array = *profile.systolic;
  out.cycles = device::arrayCycles(*work.graph, *work.node, array);
  if (!work.integer && work.matrix) {
    out.missing = "float32 layers do not run on an integer array";
    return;
  }
  const double seconds = static_cast<double>(out.cycles.total) / (array.clockMhz * 1e6);
  out.seconds.add(&array.timeScale, seconds * array.timeScale.value);
  out.bound = out.cycles.memory > out.cycles.compute ? "memory" : "compute";
  out.source = device::systolicName(array) + " cycle model at " + std::to_string(static_cast<int>(array.clockMhz)) + " MHz";
  if (!array.timeScale.source.empty()) out.source += ", " + array.timeScale.source;
}

void timeOnRoofline(const LayerWork& work, const Profile& profile, LayerTime& out) {
  const Sourced* rate = rateOf(profile, work.kind, out.precision);
  if (rate == nullptr) {
    out.missing = "the profile has no macs_per_second for " + out.precision;
    return;
  }
  const Sourced* bandwidth = profile.memoryBytesPerSecond ? &*profile.memoryBytesPerSecond : nullptr;
  const double compute = static_cast<double>(work.operations) / rate->value;
  const double memory = bandwidth != nullptr ? static_cast<double>(work.bytes) / bandwidth->value : 0;
  out.bound = memory > compute ? "memory" : "compute";
  if (memory > compute) out.seconds.add(bandwidth, memory);
  else out.seconds.add(rate, compute);
  out.source = memory > compute ? bandwidth->source : rate->source;
  if (!work.matrix || !profile.activationBytesPerSecond) return;
  const double packing = static_cast<double>(work.matrix->inputBytes + work.matrix->outputBytes) / profile.activationBytesPerSecond->value;
  out.seconds.add(&*profile.activationBytesPerSecond, packing);
  if (packing > std::max(compute, memory)) out.bound = "memory";
}

}  // namespace

bool runsInt8(const Profile& profile) {
  return std::find(profile.precisions.begin(), profile.precisions.end(), "int8") != profile.precisions.end() &&
         (profile.systolic.has_value() || profile.macsPerSecond.contains("int8"));
}

LayerTime timeOf(const LayerWork& work, const Profile& profile) {
  LayerTime out;
  out.precision = work.integer && runsInt8(profile) ? "int8" : "float32";
  if (work.kind == LayerKind::Fused) {
    out.bound = "fused";
    out.source = "runs inside the layer before it";
    return out;
  }
  if (profile.systolic) timeOnArray(work, profile, out);
  else timeOnRoofline(work, profile, out);
  if (!out.missing.empty()) return out;
  if (profile.layerOverheadSeconds) {
    const double busy = out.seconds.value();
    out.seconds.add(&*profile.layerOverheadSeconds, profile.layerOverheadSeconds->value);
    if (profile.layerOverheadSeconds->value > busy) out.bound = "overhead";
  }
  if (work.integer && !runsInt8(profile)) out.source += " (no native int8: float32 speed)";
  return out;
}

}  // namespace ew::simulate
