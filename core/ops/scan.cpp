// SPDX-License-Identifier: Apache-2.0
#include "core/ops/attributes.h"
#include "core/ops/control_flow.h"
#include "core/ops/move.h"
#include "core/ops/scan_pass.h"

namespace ew::ops {
namespace {

Status infer(InferContext& context) {
  EW_ASSIGN(const ScanCounts counts, scanCounts(context.node, 0));
  std::vector<ValueFacts> inputs;
  for (std::size_t i = 0; i < counts.states; ++i) inputs.push_back(typeOf(context.inputs[i]));
  const auto axes = context.node.attributes.getInts("scan_input_axes");
  Dim length;
  for (std::size_t i = 0; i < counts.scanInputs; ++i) {
    ValueFacts facts = typeOf(context.inputs[counts.states + i]);
    if (facts.shape) {
      EW_ASSIGN(const std::size_t axis, normalizedAxis(i < axes.size() ? axes[i] : 0, facts.shape->rank(), "scan_input_axes"));
      std::vector<Dim> dims = facts.shape->dims();
      length = dims[axis];
      dims.erase(dims.begin() + static_cast<std::ptrdiff_t>(axis));
      facts.shape = Shape(std::move(dims));
    }
    inputs.push_back(std::move(facts));
  }
  EW_ASSIGN(const auto found, inferBody(context, "body", inputs, context.outputs.size()));
  const auto outputAxes = context.node.attributes.getInts("scan_output_axes");
  for (std::size_t i = 0; i < context.outputs.size(); ++i) {
    if (i < counts.states) {
      context.outputs[i] = commonType(outputOf(inputs[i]), found[i]);
      continue;
    }
    context.outputs[i].dtype = found[i].dtype;
    if (!found[i].shape) continue;
    std::vector<Dim> dims = found[i].shape->dims();
    const std::size_t k = i - counts.states;
    EW_ASSIGN(const std::size_t axis, normalizedAxis(k < outputAxes.size() ? outputAxes[k] : 0, dims.size() + 1, "scan_output_axes"));
    dims.insert(dims.begin() + static_cast<std::ptrdiff_t>(axis), length);
    context.outputs[i].shape = Shape(std::move(dims));
  }
  return {};
}

Status compute(ComputeContext& context) {
  EW_ASSIGN(const ScanCounts counts, scanCounts(context.node, 0));
  ScanPass scan;
  const Attributes& attributes = context.node.attributes;
  scan.inputDirections = attributes.getInts("scan_input_directions");
  scan.outputDirections = attributes.getInts("scan_output_directions");
  scan.inputAxes = attributes.getInts("scan_input_axes");
  scan.outputAxes = attributes.getInts("scan_output_axes");
  const auto states = context.inputs.begin() + static_cast<std::ptrdiff_t>(counts.states);
  scan.states.assign(context.inputs.begin(), states);
  scan.scanInputs.assign(states, context.inputs.end());
  EW_ASSIGN(context.outputs, runScan(context, std::move(scan)));
  return {};
}

}  // namespace

OpDef scanOp() {
  return {.name = "Scan", .sinceVersion = 9, .infer = infer, .compute = compute, .cost = movesOnly, .deterministic = false};
}

}  // namespace ew::ops
