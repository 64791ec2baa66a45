// SPDX-License-Identifier: Apache-2.0
#include "core/ops/recurrent.h"

namespace ew::ops {
namespace {

void step(const Recurrent& cell, const CellWeights& weights, std::span<const double> x, std::vector<double>& h, std::vector<double>&) {
  std::vector<double> next(h.size());
  for (std::size_t i = 0; i < h.size(); ++i)
    next[i] = weights.activations[0](cell.clipped(Recurrent::product(weights.w, i, x) + Recurrent::product(weights.r, i, h) + weights.wb[i] + weights.rb[i]));
  h = std::move(next);
}

Status compute(ComputeContext& context) { return computeRecurrent(context, {1, {"Tanh"}}, step); }

}  // namespace

OpDef rnnOp() {
  return {.name = "RNN", .infer = inferRecurrent, .compute = compute, .cost = costOfRecurrent, .requiredInputs = 3};
}

}  // namespace ew::ops
