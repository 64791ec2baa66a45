// SPDX-License-Identifier: Apache-2.0
#include "core/simulate/verdicts.h"

#include <algorithm>
#include <set>

#include "core/base/text.h"
#include "core/simulate/timing.h"

namespace ew::simulate {
namespace {

FitVerdict memoryVerdict(const std::string& resource, const std::string& what, std::int64_t needed, std::int64_t available) {
  FitVerdict out{resource, needed, available, needed <= available, {}};
  const auto bytes = [](std::int64_t count) { return byteText(static_cast<double>(count)); };
  if (out.fits) out.text = "needs " + bytes(needed) + " of " + bytes(available) + " " + what;
  else out.text = "needs " + bytes(needed - available) + " more " + what + " (" + bytes(needed) + " of " + bytes(available) + ")";
  return out;
}

std::string layersText(std::int64_t count) { return std::to_string(count) + (count == 1 ? " layer" : " layers"); }

/// Layers of each precision against what the device computes in.
FitVerdict precisionVerdict(const std::vector<LayerWork>& layers, const device::Profile& profile) {
  std::int64_t floats = 0, integers = 0;
  for (const LayerWork& layer : layers) {
    if (!layer.matrix) continue;
    ++(layer.integer ? integers : floats);
  }
  FitVerdict out{"precision", floats + integers, floats + integers, true, {}};
  const bool runsFloat = !profile.systolic && profile.macsPerSecond.contains("float32");
  if (floats > 0 && !runsFloat) {
    out.available = runsInt8(profile) ? integers : 0;
    out.fits = false;
    out.text = layersText(floats) + " in float32, the device computes in int8 only";
  } else if (integers > 0 && !runsInt8(profile)) {
    out.text = layersText(integers) + " in int8 at float32 speed: the device has no int8 arithmetic";
  } else {
    out.text = floats == 0 ? "all layers run in int8" : integers == 0 ? "all layers run in float32"
                                                                      : layersText(integers) + " in int8, " + layersText(floats) + " in float32";
  }
  return out;
}

FitVerdict operatorVerdict(const std::vector<LayerWork>& layers) {
  std::set<std::string> unknown;
  std::int64_t known = 0;
  for (const LayerWork& layer : layers) {
    if (layer.known) ++known;
    else unknown.insert(escapeControl(layer.node->opType));
  }
  const std::int64_t all = std::ssize(layers);
  FitVerdict out{"operators", all, known, unknown.empty(), "the cost of every operator is known"};
  if (!out.fits)
    out.text = layersText(all - known) + " of unknown cost, not counted: " +
               join(std::vector<std::string>(unknown.begin(), unknown.end()), ", ");
  return out;
}

}  // namespace

std::vector<FitVerdict> verdictsOf(const Report& report, const std::vector<LayerWork>& layers, const device::Profile& profile) {
  std::vector<FitVerdict> out;
  if (profile.ramBytes > 0) out.push_back(memoryVerdict("ram", "RAM", report.ramBytes, profile.ramBytes));
  if (profile.flashBytes > 0) out.push_back(memoryVerdict("flash", "flash", report.flashBytes, profile.flashBytes));
  out.push_back(precisionVerdict(layers, profile));
  out.push_back(operatorVerdict(layers));
  return out;
}

}  // namespace ew::simulate
