// SPDX-License-Identifier: Apache-2.0
#include <cstring>

#include "core/ops/move.h"
#include "core/ops/node_type.h"

namespace ew::ops {
namespace {

Status infer(InferContext& context) {
  EW_ASSIGN(context.outputs[0].dtype, typeAttribute(context.node, "to", DType::none));
  context.outputs[0].shape = context.inputs[0].shape;
  return {};
}

Status compute(ComputeContext& context) {
  const Tensor& input = context.inputs[0];
  EW_ASSIGN(const DType type, typeAttribute(context.node, "to", DType::none));
  if (dtypeBits(type) == 0 || dtypeBits(type) != dtypeBits(input.dtype()))
    return invalid(std::string(dtypeName(input.dtype())) + " and " + std::string(dtypeName(type)) + " differ in width");
  EW_ASSIGN(Tensor out, Tensor::create(type, input.dims()));
  if (out.byteSize() > 0) std::memcpy(out.mutableBytes().data(), input.bytes().data(), out.byteSize());
  context.outputs[0] = std::move(out);
  return {};
}

}  // namespace

OpDef bitCastOp() { return {.name = "BitCast", .sinceVersion = 26, .infer = infer, .compute = compute, .cost = movesOnly}; }

}  // namespace ew::ops
