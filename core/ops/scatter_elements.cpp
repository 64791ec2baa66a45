// SPDX-License-Identifier: Apache-2.0
// ScatterElements, and Scatter, as it was called before opset 11.
#include "core/ops/inference.h"
#include "core/ops/scatter.h"

namespace ew::ops {

OpDef scatterOp() {
  return {.name = "Scatter", .sinceVersion = 9, .infer = inferSameAsInput, .compute = computeScatterElements, .requiredInputs = 3};
}
OpDef scatterElementsOp() {
  return {.name = "ScatterElements", .sinceVersion = 11, .infer = inferSameAsInput, .compute = computeScatterElements, .requiredInputs = 3};
}

}  // namespace ew::ops
