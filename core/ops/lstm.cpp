// SPDX-License-Identifier: Apache-2.0
#include "core/ops/recurrent.h"

namespace ew::ops {
namespace {

/// Gates: input i, output o, forget f, cell c. Peepholes let the gates see the cell.
void step(bool inputForget, const Recurrent& cell, const CellWeights& weights, std::span<const double> x, std::vector<double>& h, std::vector<double>& c) {
  const std::size_t size = h.size();
  const auto sum = [&](std::size_t gate, std::size_t i) {
    const std::size_t row = gate * size + i;
    return Recurrent::product(weights.w, row, x) + Recurrent::product(weights.r, row, h) + weights.wb[row] + weights.rb[row];
  };
  const auto peephole = [&](std::size_t gate, std::size_t i) { return weights.p.empty() ? 0 : weights.p[gate * size + i]; };
  std::vector<double> next(size);
  for (std::size_t i = 0; i < size; ++i) {
    const double in = weights.activations[0](cell.clipped(sum(0, i) + peephole(0, i) * c[i]));
    const double forget = inputForget ? 1 - in : weights.activations[0](cell.clipped(sum(2, i) + peephole(2, i) * c[i]));
    const double candidate = weights.activations[1](cell.clipped(sum(3, i)));
    c[i] = forget * c[i] + in * candidate;
    const double out = weights.activations[0](cell.clipped(sum(1, i) + peephole(1, i) * c[i]));
    next[i] = out * weights.activations[2](c[i]);
  }
  h = std::move(next);
}

Status compute(ComputeContext& context) {
  const bool inputForget = context.node.attributes.getInt("input_forget", 0) != 0;
  return computeRecurrent(context, {4, {"Sigmoid", "Tanh", "Tanh"}, 6, 7},
                          [inputForget](const Recurrent& cell, const CellWeights& weights, std::span<const double> x, std::vector<double>& h,
                                        std::vector<double>& c) { step(inputForget, cell, weights, x, h, c); });
}

}  // namespace

OpDef lstmOp() {
  return {.name = "LSTM", .infer = inferRecurrent, .compute = compute, .cost = costOfRecurrent, .requiredInputs = 3};
}

}  // namespace ew::ops
