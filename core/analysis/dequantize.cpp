// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/weights.h"
#include "core/ops/op.h"

namespace ew::analysis {

Result<Tensor> dequantized(const ConstantRef& constant) {
  if (!constant.quantization) return toFloat32(*constant.stored);
  const Quantization& how = *constant.quantization;
  // The operator's own code defines the numbers, blocks and sub-byte types included.
  constexpr std::int64_t opset = 21;
  const ops::Lookup lookup = ops::findOp("DequantizeLinear", "", opset);
  if (lookup.def == nullptr) return unsupported(lookup.reason.text());
  Node node;
  node.opType = "DequantizeLinear";
  node.attributes.set("axis", how.axis);
  if (how.blockSize > 0) node.attributes.set("block_size", how.blockSize);
  node.inputs = {0, 1};
  node.outputs = {3};
  ops::ComputeContext context{node, opset, {*constant.stored, how.scale ? *how.scale : Tensor::scalar(1.0F)}, {Tensor()}};
  if (how.zeroPoint != nullptr) {
    node.inputs.push_back(2);
    context.inputs.push_back(*how.zeroPoint);
  }
  EW_TRY(ops::runCompute(*lookup.def, context));
  return toFloat32(context.outputs[0]);
}

}  // namespace ew::analysis
