// SPDX-License-Identifier: Apache-2.0
// ai.onnx.ml.ArrayFeatureExtractor: some columns of the last axis; of a vector, as a matrix of one row.
#include "core/ops/inference.h"
#include "core/ops/move.h"

namespace ew::ops {
namespace {

Status infer(InferContext& context) {
  context.outputs[0].dtype = context.inputs[0].dtype;
  EW_ASSIGN(const auto x, rankedShape(context, 0, 1));
  if (!x) return {};
  std::vector<Dim> dims = x->rank() == 1 ? std::vector<Dim>{Dim(1), Dim()} : x->dims();
  dims.back() = Dim();
  context.outputs[0].shape = Shape(std::move(dims));
  return {};
}

Status compute(ComputeContext& context) {
  const Tensor &x = context.inputs[0], &y = context.inputs[1];
  if (y.dtype() != DType::i64 || y.size() < 1) return invalid("Y is " + std::string(dtypeName(y.dtype())) + " of shape " + dimsText(y.dims()) + ", not int64 indices");
  if (x.rank() < 1) return invalid("X is a scalar");
  const std::int64_t length = x.dims().back();
  for (const std::int64_t index : y.data<std::int64_t>())
    if (index < 0 || index >= length) return invalid("index " + std::to_string(index) + " is outside of " + std::to_string(length) + " columns");
  Dims dims = x.rank() == 1 ? Dims{1, 0} : x.dims();
  dims.back() = y.size();
  EW_ASSIGN(Tensor z, Tensor::create(x.dtype(), std::move(dims)));
  const RunCopier copy(x, z);
  for (std::int64_t i = 0; i < z.size(); ++i) copy(i / y.size() * length + y.data<std::int64_t>()[static_cast<std::size_t>(i % y.size())], i, 1);
  context.outputs[0] = std::move(z);
  return {};
}

}  // namespace

OpDef arrayFeatureExtractorOp() {
  return {.name = "ArrayFeatureExtractor", .domain = "ai.onnx.ml", .lastVersion = 5, .infer = infer, .compute = compute, .cost = movesOnly, .requiredInputs = 2, .mostInputs = 2};
}

}  // namespace ew::ops
