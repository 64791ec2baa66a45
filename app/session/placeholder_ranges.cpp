// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/placeholder_ranges.h"

#include "core/transform/quantize/quantize.h"

namespace ew::session {
namespace {

transform::CalibrationResult unitRanges(const Graph& graph) {
  transform::CalibrationResult ranges;
  ranges.samples = 1;
  analysis::Histogram unit;
  unit.range = {0, 1};
  unit.counts.assign(2, 1);
  unit.total = 2;
  const auto add = [&](ValueId id) {
    if (id != kNone) ranges.histograms[graph.value(id).name] = unit;
  };
  for (const ValueId id : graph.inputs()) add(id);
  for (const Node& node : graph.nodes())
    for (const ValueId id : node.outputs) add(id);
  return ranges;
}

}  // namespace

Result<recipe::State> predictStep(const Graph& graph, const recipe::Step& step, const recipe::Recipe& recipe,
                                  const device::Profile& profile, Progress& progress) {
  const BackendSet none;
  const recipe::StepContext context{none, "reference", nullptr, &profile, recipe.seed};
  if (step.name != "quantize") return recipe::Runner::apply(graph, step, context, progress);
  EW_ASSIGN(transform::QuantizeOptions options, recipe::quantizeOptions(step.options));
  options.calibrator = "minmax";
  const transform::CalibrationResult ranges = unitRanges(graph);
  EW_ASSIGN(transform::PassResult result, transform::quantize(graph, options, &ranges, progress));
  recipe::State state;
  state.verdicts = result.verdicts;
  EW_ASSIGN(state.graph, transform::applyEdit(result));
  return state;
}

}  // namespace ew::session
