// SPDX-License-Identifier: Apache-2.0
#include "core/ops/arg_extreme.h"
#include "core/ops/reduce.h"

namespace ew::ops {

OpDef argMaxOp() {
  return {.name = "ArgMax", .infer = inferArgExtreme,
          .compute = [](ComputeContext& context) { return computeArgExtreme(context, true); }, .cost = costOfReduce};
}

}  // namespace ew::ops
