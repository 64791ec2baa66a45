// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "core/ops/inference.h"
#include "core/ops/softmax_axis.h"

namespace ew::ops {
namespace {

Status compute(ComputeContext& context) {
  return alongSoftmaxAxis(context, [](auto& line) {
    const auto highest = *std::ranges::max_element(line);
    auto sum = highest - highest;
    for (auto& value : line) sum += std::exp(value -= highest);
    const auto logarithm = std::log(sum);
    for (auto& value : line) value -= logarithm;
  });
}

}  // namespace

OpDef logSoftmaxOp() { return {.name = "LogSoftmax", .infer = inferSoftmax, .compute = compute, .cost = softmaxCost}; }

}  // namespace ew::ops
