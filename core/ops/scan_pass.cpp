// SPDX-License-Identifier: Apache-2.0
#include "core/ops/scan_pass.h"

#include "core/ops/attributes.h"
#include "core/ops/control_flow.h"

namespace ew::ops {
namespace {

std::int64_t entry(const std::vector<std::int64_t>& list, std::size_t index) { return index < list.size() ? list[index] : 0; }

/// The axis of each scan input, and how many steps they all have.
Status findSteps(const ScanPass& scan, std::vector<std::size_t>& axes, std::int64_t& steps) {
  for (std::size_t i = 0; i < scan.scanInputs.size(); ++i) {
    const Tensor& input = scan.scanInputs[i];
    EW_ASSIGN(const std::size_t axis, normalizedAxis(entry(scan.inputAxes, i), input.rank(), "the axis of scan input " + std::to_string(i)));
    if (i > 0 && input.dim(axis) != steps)
      return invalid("the scan inputs have " + std::to_string(steps) + " and " + std::to_string(input.dim(axis)) + " steps");
    axes.push_back(axis);
    steps = input.dim(axis);
  }
  if (steps > maxPasses) return limitReached("the scan takes " + std::to_string(steps) + " steps, the limit is " + std::to_string(maxPasses));
  if (!scan.length) return {};
  if (*scan.length < 0 || *scan.length > steps)
    return invalid("a sequence of " + std::to_string(*scan.length) + " steps does not fit into " + std::to_string(steps));
  steps = *scan.length;
  return {};
}

}  // namespace

Result<ScanCounts> scanCounts(const Node& node, std::size_t before) {
  const auto inputs = static_cast<std::int64_t>(node.inputs.size() - std::min(before, node.inputs.size()));
  const std::int64_t scanInputs = node.attributes.getInt("num_scan_inputs", 0);
  if (scanInputs < 1 || scanInputs > inputs)
    return invalid("num_scan_inputs is " + std::to_string(scanInputs) + " with " + std::to_string(inputs) + " inputs");
  const ScanCounts counts{static_cast<std::size_t>(inputs - scanInputs), static_cast<std::size_t>(scanInputs)};
  if (node.outputs.size() < counts.states) return invalid("fewer outputs than state variables");
  return counts;
}

Result<std::vector<Tensor>> runScan(ComputeContext& context, ScanPass scan) {
  EW_ASSIGN(const Subgraph* const body, bodyOf(context.node, "body"));
  std::vector<std::size_t> axes;
  std::int64_t steps = 0;
  EW_TRY(findSteps(scan, axes, steps));
  const std::size_t states = scan.states.size(), outputs = context.node.outputs.size();
  std::vector<Stack> stacks(outputs - states);
  for (std::int64_t step = 0; step < steps; ++step) {
    std::vector<Tensor> inputs = std::move(scan.states);
    for (std::size_t i = 0; i < scan.scanInputs.size(); ++i) {
      const std::int64_t at = entry(scan.inputDirections, i) == 0 ? step : steps - 1 - step;
      EW_ASSIGN(Tensor slice, sliceAt(scan.scanInputs[i], axes[i], at));
      inputs.push_back(std::move(slice));
    }
    EW_ASSIGN(std::vector<Tensor> made, runBody(context, "body", inputs, outputs));
    for (std::size_t i = 0; i < stacks.size(); ++i) EW_TRY(stacks[i].add(made[states + i]));
    made.resize(states);
    scan.states = std::move(made);
  }
  std::vector<Tensor> out = std::move(scan.states);
  for (std::size_t i = 0; i < stacks.size(); ++i) {
    const Value& declared = body->graph.value(body->graph.outputs()[states + i]);
    const std::size_t rank = stacks[i].empty() ? (declared.shape ? declared.shape->rank() : 0) : stacks[i].itemRank();
    EW_ASSIGN(const std::size_t axis, normalizedAxis(entry(scan.outputAxes, i), rank + 1, "the axis of scan output " + std::to_string(i)));
    EW_ASSIGN(Tensor joined, stacks[i].empty() ? emptyStack(*body, states + i, axis) : stacks[i].finish(axis, entry(scan.outputDirections, i) != 0));
    out.push_back(std::move(joined));
  }
  return out;
}

}  // namespace ew::ops
