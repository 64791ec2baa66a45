// SPDX-License-Identifier: Apache-2.0
#include "core/ops/recurrent.h"

namespace ew::ops {
namespace {

/// Gates: update z, reset r, hidden h. With linear_before_reset the reset gate applies behind the recurrent product.
void step(bool linearBeforeReset, const Recurrent& cell, const CellWeights& weights, std::span<const double> x, std::vector<double>& h) {
  const std::size_t size = h.size();
  const auto& sigma = weights.activations[0];
  const auto gate = [&](std::size_t row) {
    return sigma(cell.clipped(Recurrent::product(weights.w, row, x) + Recurrent::product(weights.r, row, h) + weights.wb[row] + weights.rb[row]));
  };
  std::vector<double> update(size), reset(size), scaled(size);
  for (std::size_t i = 0; i < size; ++i) {
    update[i] = gate(i);
    reset[i] = gate(size + i);
    scaled[i] = reset[i] * h[i];
  }
  std::vector<double> next(size);
  for (std::size_t i = 0; i < size; ++i) {
    const std::size_t row = 2 * size + i;
    const double recurrent = linearBeforeReset ? reset[i] * (Recurrent::product(weights.r, row, h) + weights.rb[row])
                                               : Recurrent::product(weights.r, row, scaled) + weights.rb[row];
    const double candidate = weights.activations[1](cell.clipped(Recurrent::product(weights.w, row, x) + weights.wb[row] + recurrent));
    next[i] = (1 - update[i]) * candidate + update[i] * h[i];
  }
  h = std::move(next);
}

Status compute(ComputeContext& context) {
  const bool linear = context.node.attributes.getInt("linear_before_reset", 0) != 0;
  return computeRecurrent(context, {3, {"Sigmoid", "Tanh"}},
                          [linear](const Recurrent& cell, const CellWeights& weights, std::span<const double> x, std::vector<double>& h,
                                   std::vector<double>&) { step(linear, cell, weights, x, h); });
}

}  // namespace

OpDef gruOp() {
  return {.name = "GRU", .infer = inferRecurrent, .compute = compute, .cost = costOfRecurrent, .requiredInputs = 3};
}

}  // namespace ew::ops
