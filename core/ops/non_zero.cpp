// SPDX-License-Identifier: Apache-2.0
#include "core/ops/op.h"

namespace ew::ops {
namespace {

Status infer(InferContext& context) {
  context.outputs[0].dtype = DType::i64;
  const auto& shape = context.inputs[0].shape;
  context.outputs[0].shape = Shape(std::vector<Dim>{shape ? Dim(static_cast<std::int64_t>(shape->rank())) : Dim(), Dim()});
  return {};
}

/// The positions of elements that are not zero; of strings, those that are not empty.
Result<std::vector<std::int64_t>> nonZeros(const Tensor& x) {
  std::vector<std::int64_t> found;
  if (x.dtype() == DType::string) {
    for (std::size_t i = 0; i < x.stringData().size(); ++i)
      if (!x.stringData()[i].empty()) found.push_back(static_cast<std::int64_t>(i));
    return found;
  }
  EW_ASSIGN(const std::vector<double> values, toDoubles(x));
  for (std::size_t i = 0; i < values.size(); ++i)
    if (values[i] != 0) found.push_back(static_cast<std::int64_t>(i));
  return found;
}

Status compute(ComputeContext& context) {
  const Tensor& x = context.inputs[0];
  EW_ASSIGN(std::vector<std::int64_t> found, nonZeros(x));
  const auto count = static_cast<std::int64_t>(found.size());
  EW_ASSIGN(Tensor out, Tensor::create(DType::i64, {static_cast<std::int64_t>(x.rank()), count}));
  const std::span<std::int64_t> to = out.mutableData<std::int64_t>();
  for (std::size_t axis = x.rank(), at = to.size(); axis-- > 0;) {
    at -= found.size();
    for (std::size_t i = 0; i < found.size(); ++i) {
      to[at + i] = found[i] % x.dim(axis);
      found[i] /= x.dim(axis);
    }
  }
  context.outputs[0] = std::move(out);
  return {};
}

}  // namespace

OpDef nonZeroOp() { return {.name = "NonZero", .sinceVersion = 9, .infer = infer, .compute = compute}; }

}  // namespace ew::ops
