// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/ops/inference.h"
#include "core/ops/softmax_axis.h"

namespace ew::ops {
namespace {

Status compute(ComputeContext& context) {
  return alongSoftmaxAxis(context, [](auto& line) {
    const auto first = std::ranges::max_element(line) - line.begin();
    std::ranges::fill(line, 0);
    line[static_cast<std::size_t>(first)] = 1;
  });
}

}  // namespace

OpDef hardmaxOp() { return {.name = "Hardmax", .infer = inferSoftmax, .compute = compute, .cost = softmaxCost}; }

}  // namespace ew::ops
