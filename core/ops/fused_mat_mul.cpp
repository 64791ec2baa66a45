// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <vector>

#include "core/ops/dispatch.h"
#include "core/ops/inference.h"
#include "core/ops/matmul_shape.h"

namespace ew::ops {
namespace {

/// Each operand as it is multiplied: its last two extents exchanged where transA or transB says so.
struct Operands {
  bool transA = false, transB = false;
  Dims a, b;
};

Result<Operands> operandsOf(const Node& node, Dims a, Dims b) {
  if (node.attributes.getInt("transBatchA", 0) != 0 || node.attributes.getInt("transBatchB", 0) != 0)
    return unsupported("transBatchA and transBatchB are not supported");
  Operands out{node.attributes.getInt("transA", 0) != 0 && a.size() > 1, node.attributes.getInt("transB", 0) != 0 && b.size() > 1,
               std::move(a), std::move(b)};
  if (out.transA) std::swap(out.a.back(), out.a[out.a.size() - 2]);
  if (out.transB) std::swap(out.b.back(), out.b[out.b.size() - 2]);
  return out;
}

Status infer(InferContext& context) {
  InferContext straight = context;
  const auto exchange = [&](std::size_t input, const char* attribute) {
    std::optional<Shape>& shape = straight.inputs[input].shape;
    if (!shape || shape->rank() < 2 || context.node.attributes.getInt(attribute, 0) == 0) return;
    std::swap((*shape)[shape->rank() - 1], (*shape)[shape->rank() - 2]);
  };
  exchange(0, "transA");
  exchange(1, "transB");
  EW_TRY(inferMatMul(straight, 0, 1, context.inputs[0].dtype));
  context.outputs[0] = straight.outputs[0];
  return {};
}

template <class T>
void multiply(const MatMulShape& shape, const Operands& operands, double alpha, const Tensor& A, const Tensor& B, Tensor& Y) {
  const auto load = [](const T& value) { return static_cast<double>(static_cast<Wide<T>>(value)); };
  const T* a = A.data<T>().data();
  const T* b = B.data<T>().data();
  T* y = Y.mutableData<T>().data();
  std::vector<double> row(static_cast<std::size_t>(shape.n));
  forEachMatrixPair(shape, [&](std::int64_t aBase, std::int64_t bBase, std::int64_t yBase) {
    for (std::int64_t i = 0; i < shape.m; ++i) {
      std::ranges::fill(row, 0.0);
      addRowTimesMatrix<double>(
          shape.k, shape.n, row.data(), [&](std::int64_t p) { return load(a[aBase + (operands.transA ? p * shape.m + i : i * shape.k + p)]); },
          [&](std::int64_t p, std::int64_t j) { return load(b[bBase + (operands.transB ? j * shape.k + p : p * shape.n + j)]); });
      std::ranges::transform(row, y + yBase + i * shape.n, [alpha](double sum) { return static_cast<T>(static_cast<Wide<T>>(alpha * sum)); });
    }
  });
}

Status compute(ComputeContext& context) {
  const Tensor& A = context.inputs[0];
  const Tensor& B = context.inputs[1];
  if (A.dtype() != B.dtype()) return invalid("A and B have different element types");
  EW_ASSIGN(const Operands operands, operandsOf(context.node, A.dims(), B.dims()));
  EW_ASSIGN(const MatMulShape shape, matmulShape(operands.a, operands.b));
  EW_ASSIGN(Tensor Y, Tensor::create(A.dtype(), shape.outDims));
  const double alpha = static_cast<double>(context.node.attributes.getFloat("alpha", 1.0F));
  EW_TRY(dispatchFloat(A.dtype(), [&]<class T>() {
    if (Y.size() > 0) multiply<T>(shape, operands, alpha, A, B, Y);
  }));
  context.outputs[0] = std::move(Y);
  return {};
}

Cost cost(const Node& node, std::span<const Dims> inputs, std::span<const Dims> outputs) {
  const Result<Operands> operands = operandsOf(node, inputs[0], inputs[1]);
  return operands.ok() ? matmulCost(operands->a, outputs[0]) : Cost{};
}

}  // namespace

OpDef fusedMatMulOp() {
  return {.name = "FusedMatMul", .domain = "com.microsoft", .infer = infer, .compute = compute, .cost = cost, .requiredInputs = 2};
}

}  // namespace ew::ops
