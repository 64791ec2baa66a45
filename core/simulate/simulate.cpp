// SPDX-License-Identifier: Apache-2.0
#include "core/simulate/simulate.h"

#include <set>

#include "core/analysis/analysis.h"
#include "core/analysis/weights.h"
#include "core/ops/infer.h"
#include "core/run/plan.h"
#include "core/simulate/energy.h"
#include "core/simulate/timing.h"
#include "core/simulate/verdicts.h"
#include "core/simulate/work.h"

namespace ew::simulate {
namespace {

/// Bytes of all constants that count as parameters, as stored, each once.
std::int64_t weightBytes(const Graph& graph) {
  std::set<ValueId> seen;
  std::int64_t bytes = 0;
  for (const Node& node : graph.nodes())
    for (const analysis::ConstantRef& constant : analysis::parametersOf(graph, node))
      if (seen.insert(constant.value).second) bytes += static_cast<std::int64_t>(constant.stored->byteSize());
  return bytes;
}

/// The sum over layers of one quantity, or why it is not known.
struct Total {
  Prediction sum;
  std::string source, missing;

  void add(const Prediction& part, const std::string& partSource, const std::string& partMissing) {
    if (!partMissing.empty() && missing.empty()) missing = partMissing;
    if (source.empty() && part.value() > 0) source = partSource;
    sum.add(part);
  }
  Estimate estimate(double unit) const { return toEstimate(sum, unit, source, missing); }

  static Estimate toEstimate(const Prediction& prediction, double unit, const std::string& source, const std::string& missing) {
    if (missing.empty()) return prediction.estimate(unit, source);
    Estimate unknown;
    unknown.source = missing;
    return unknown;
  }
};

/// What every inference costs whatever the model is.
void addOverhead(const device::Profile& profile, Total& seconds, Total& joules) {
  Prediction overhead;
  overhead.add(&*profile.inferenceOverheadSeconds, profile.inferenceOverheadSeconds->value);
  seconds.add(overhead, profile.inferenceOverheadSeconds->source, {});
  if (!profile.activeWatts) return;
  overhead.scaleBy(&*profile.activeWatts);
  joules.add(overhead, profile.activeWatts->source, {});
}

LayerReport describe(const Graph& graph, const LayerWork& work, const LayerTime& time, const LayerEnergy& energy) {
  LayerReport out;
  out.node = work.node->id;
  out.name = displayName(graph, *work.node);
  out.op = work.node->opType;
  out.precision = time.precision;
  out.latencyMs = Total::toEstimate(time.seconds, 1e3, time.source, time.missing);
  out.energyMj = Total::toEstimate(energy.joules, 1e3, energy.source, energy.missing);
  out.bound = time.bound;
  out.macs = work.macs;
  out.bytes = work.bytes;
  out.cycles = time.cycles.total;
  out.utilization = time.cycles.utilization;
  return out;
}

std::string methodOf(const device::Profile& profile) {
  if (profile.systolic) return "cycles of a systolic array, " + device::systolicName(*profile.systolic) + ", over its clock";
  return std::string("roofline: max(work / rate, bytes / bandwidth)") +
         (profile.activationBytesPerSecond ? " + activations / packing rate" : "") + " + overhead for each layer, batch 1";
}

}  // namespace

Result<Report> simulate(const Graph& graph, const device::Profile& profile) {
  ops::InferOptions options;
  options.dynamicDefault = 1;
  EW_ASSIGN(ops::Inference inference, ops::inferShapes(graph, options));
  EW_ASSIGN(inference.graph, lowerQuantized(inference.graph, {}));

  Report report;
  report.device = profile.id;
  const std::vector<LayerWork> layers = layersOf(inference);
  Total seconds, joules;
  for (const LayerWork& work : layers) {
    const LayerTime time = timeOf(work, profile);
    const LayerEnergy energy = energyOf(work, time, profile);
    seconds.add(time.seconds, time.source, time.missing);
    joules.add(energy.joules, energy.source, energy.missing);
    report.layers.push_back(describe(inference.graph, work, time, energy));
  }
  if (profile.inferenceOverheadSeconds) addOverhead(profile, seconds, joules);
  report.latencyMs = seconds.estimate(1e3);
  report.energyMj = joules.estimate(1e3);
  report.ramBytes = analysis::peakActivation(inference.graph).peakBytes + profile.runtimeRamBytes;
  report.flashBytes = weightBytes(graph) + profile.runtimeFlashBytes;
  report.verdicts = verdictsOf(report, layers, profile);
  for (const FitVerdict& verdict : report.verdicts) report.fits = report.fits && verdict.fits;
  report.source = methodOf(profile);
  // The total stands on all rates at once; each layer names the one that binds it.
  if (report.latencyMs.known) report.latencyMs.source = "predicted for " + profile.name + ": " + report.source;
  return report;
}

}  // namespace ew::simulate
