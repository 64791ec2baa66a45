// SPDX-License-Identifier: Apache-2.0
#include "core/ops/arg_extreme.h"
#include "core/ops/reduce.h"

namespace ew::ops {

OpDef argMinOp() {
  return {.name = "ArgMin", .infer = inferArgExtreme,
          .compute = [](ComputeContext& context) { return computeArgExtreme(context, false); }, .cost = costOfReduce};
}

}  // namespace ew::ops
