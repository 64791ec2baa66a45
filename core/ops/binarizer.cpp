// SPDX-License-Identifier: Apache-2.0
#include "core/ops/elementwise.h"
#include "core/ops/inference.h"

namespace ew::ops {
namespace {

Status compute(ComputeContext& context) {
  const double threshold = static_cast<double>(context.node.attributes.getFloat("threshold", 0));
  return unaryNumber(context, [threshold](auto x) { return static_cast<decltype(x)>(static_cast<double>(x) > threshold ? 1 : 0); });
}

}  // namespace

OpDef binarizerOp() {
  return {.name = "Binarizer", .domain = "ai.onnx.ml", .lastVersion = 5, .infer = inferSameAsInput, .compute = compute, .mostInputs = 1};
}

}  // namespace ew::ops
