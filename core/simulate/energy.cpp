// SPDX-License-Identifier: Apache-2.0
#include "core/simulate/energy.h"

namespace ew::simulate {

LayerEnergy energyOf(const LayerWork& work, const LayerTime& time, const device::Profile& profile) {
  LayerEnergy out;
  if (profile.activeWatts) {
    if (!time.missing.empty()) {
      out.missing = time.missing;
      return out;
    }
    out.joules = time.seconds;
    out.joules.scaleBy(&*profile.activeWatts);
    out.source = "active_watts * latency, " + profile.activeWatts->source;
    return out;
  }
  const auto& perMac = time.precision == "int8" ? profile.picojoulePerMacInt8 : profile.picojoulePerMacFloat;
  if (!perMac) {
    out.missing = "the profile has neither active_watts nor picojoule_per_mac_" + time.precision;
    return out;
  }
  if (work.kind == LayerKind::Fused) return out;
  out.joules.add(&*perMac, static_cast<double>(work.operations) * perMac->value * 1e-12);
  if (profile.picojoulePerByte)
    out.joules.add(&*profile.picojoulePerByte, static_cast<double>(work.bytes) * profile.picojoulePerByte->value * 1e-12);
  out.source = "energy per MAC and byte, " + perMac->source;
  return out;
}

}  // namespace ew::simulate
