// SPDX-License-Identifier: Apache-2.0
#include "core/ops/control_flow.h"
#include "core/ops/int_operand.h"
#include "core/ops/move.h"
#include "core/ops/scan_pass.h"

namespace ew::ops {
namespace {

constexpr std::size_t firstState = 1;  // input 0 holds the lengths of the sequences

Shape without(const Shape& shape, std::size_t axes) {
  return Shape(std::vector<Dim>(shape.dims().begin() + static_cast<std::ptrdiff_t>(axes), shape.dims().end()));
}

/// States have the batch as their first axis, scanned values the batch and the steps.
Status infer(InferContext& context) {
  EW_ASSIGN(const ScanCounts counts, scanCounts(context.node, firstState));
  std::vector<ValueFacts> inputs;
  Dim batch, steps;
  for (std::size_t i = firstState; i < context.inputs.size(); ++i) {
    const std::size_t outer = i < firstState + counts.states ? 1 : 2;
    ValueFacts facts = typeOf(context.inputs[i]);
    if (facts.shape && facts.shape->rank() < outer) return invalid("input " + std::to_string(i) + " has too small a rank");
    if (facts.shape) {
      batch = (*facts.shape)[0];
      if (outer == 2) steps = (*facts.shape)[1];
      facts.shape = without(*facts.shape, outer);
    }
    inputs.push_back(std::move(facts));
  }
  EW_ASSIGN(const auto found, inferBody(context, "body", inputs, context.outputs.size()));
  for (std::size_t i = 0; i < context.outputs.size(); ++i) {
    InferContext::Output one = i < counts.states ? commonType(outputOf(inputs[i]), found[i]) : found[i];
    context.outputs[i].dtype = one.dtype;
    if (!one.shape) continue;
    std::vector<Dim> dims{batch};
    if (i >= counts.states) dims.push_back(steps);
    dims.insert(dims.end(), one.shape->dims().begin(), one.shape->dims().end());
    context.outputs[i].shape = Shape(std::move(dims));
  }
  return {};
}

/// The same with `steps` entries along the first axis, zeros after those that are there.
Result<Tensor> padded(const Tensor& tensor, std::int64_t steps) {
  if (tensor.dim(0) == steps) return tensor;
  Dims dims = tensor.dims();
  dims[0] = steps;
  EW_ASSIGN(Tensor out, Tensor::create(tensor.dtype(), std::move(dims)));
  copyRun(tensor, 0, out, 0, tensor.size());
  return out;
}

Status compute(ComputeContext& context) {
  EW_ASSIGN(const ScanCounts counts, scanCounts(context.node, firstState));
  std::vector<std::int64_t> lengths;
  if (context.has(0)) {
    EW_ASSIGN(lengths, intsOf(context.inputs[0], "sequence_lens"));
  }
  const std::size_t firstScan = firstState + counts.states;
  for (std::size_t i = firstState; i < context.inputs.size(); ++i)
    if (context.inputs[i].rank() < (i < firstScan ? 1U : 2U) || context.inputs[i].dim(0) != context.inputs[firstScan].dim(0))
      return invalid("input " + std::to_string(i) + " of shape " + dimsText(context.inputs[i].dims()) + " does not fit the batch");
  const std::int64_t batch = context.inputs[firstScan].dim(0), steps = context.inputs[firstScan].dim(1);
  if (!lengths.empty() && static_cast<std::int64_t>(lengths.size()) != batch) return invalid("sequence_lens has not one entry for each of the batch");
  std::vector<Stack> stacks(context.outputs.size());
  for (std::int64_t b = 0; b < batch; ++b) {
    ScanPass scan;
    scan.inputDirections = context.node.attributes.getInts("directions");
    for (std::size_t i = firstState; i < context.inputs.size(); ++i) {
      EW_ASSIGN(Tensor part, sliceAt(context.inputs[i], 0, b));
      (i < firstScan ? scan.states : scan.scanInputs).push_back(std::move(part));
    }
    if (!lengths.empty()) scan.length = lengths[static_cast<std::size_t>(b)];
    EW_ASSIGN(const std::vector<Tensor> made, runScan(context, std::move(scan)));
    for (std::size_t i = 0; i < stacks.size(); ++i) {
      EW_ASSIGN(const Tensor whole, i < counts.states ? Result<Tensor>(made[i]) : padded(made[i], steps));
      EW_TRY(stacks[i].add(whole));
    }
  }
  if (batch == 0) return unsupported("a batch of none");
  for (std::size_t i = 0; i < stacks.size(); ++i) {
    EW_ASSIGN(context.outputs[i], stacks[i].finish());
  }
  return {};
}

}  // namespace

OpDef scan8Op() {
  return {.name = "Scan", .sinceVersion = 8, .lastVersion = 8, .infer = infer, .compute = compute, .cost = movesOnly, .deterministic = false,
          .requiredInputs = 0};
}

}  // namespace ew::ops
