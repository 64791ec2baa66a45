// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "core/ops/elementwise.h"
#include "core/ops/inference.h"

namespace ew::ops {
namespace {

Status compute(ComputeContext& context) {
  // log(1 + exp(x)) without overflow for large x.
  return unaryFloat(context, [](auto x) {
    return std::fmax(x, decltype(x){0}) + std::log1p(std::exp(-std::fabs(x)));
  });
}

}  // namespace

OpDef softplusOp() { return {.name = "Softplus", .infer = inferSameAsInput, .compute = compute}; }

}  // namespace ew::ops
