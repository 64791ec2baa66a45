// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "core/ops/cost.h"
#include "core/ops/dispatch.h"
#include "core/ops/inference.h"

namespace ew::ops {
namespace {

Status infer(InferContext& context) {
  context.outputs[0].dtype = context.inputs[0].dtype;
  EW_ASSIGN(const std::optional<Shape> shape, rankedShape(context, 0, 2));
  if (shape) context.outputs[0].shape = Shape(std::vector<Dim>(shape->dims().begin(), shape->dims().end() - 2));
  return {};
}

/// Gaussian elimination with partial pivoting; destroys the matrix.
double determinant(double* matrix, std::size_t n) {
  double product = 1;
  for (std::size_t column = 0; column < n; ++column) {
    std::size_t pivot = column;
    for (std::size_t row = column + 1; row < n; ++row)
      if (std::fabs(matrix[row * n + column]) > std::fabs(matrix[pivot * n + column])) pivot = row;
    if (matrix[pivot * n + column] == 0) return 0;
    if (pivot != column) {
      for (std::size_t k = 0; k < n; ++k) std::swap(matrix[pivot * n + k], matrix[column * n + k]);
      product = -product;
    }
    product *= matrix[column * n + column];
    for (std::size_t row = column + 1; row < n; ++row) {
      const double factor = matrix[row * n + column] / matrix[column * n + column];
      for (std::size_t k = column; k < n; ++k) matrix[row * n + k] -= factor * matrix[column * n + k];
    }
  }
  return product;
}

Status compute(ComputeContext& context) {
  const Tensor& x = context.inputs[0];
  if (x.rank() < 2 || x.dim(x.rank() - 1) != x.dim(x.rank() - 2))
    return invalid("the last two axes must be a square, not " + dimsText(x.dims()));
  EW_ASSIGN(std::vector<double> values, toDoubles(x));
  EW_ASSIGN(Tensor out, Tensor::create(x.dtype(), Dims(x.dims().begin(), x.dims().end() - 2)));
  const auto n = static_cast<std::size_t>(x.dim(x.rank() - 1));
  EW_TRY(dispatchFloat(x.dtype(), [&]<class T>() {
    double* matrix = values.data();
    for (T& element : out.mutableData<T>()) {
      element = static_cast<T>(static_cast<Wide<T>>(determinant(matrix, n)));
      matrix += n * n;
    }
  }));
  context.outputs[0] = std::move(out);
  return {};
}

Cost cost(const Node&, std::span<const Dims> inputs, std::span<const Dims> outputs) {
  const std::int64_t n = inputs[0].empty() ? 1 : inputs[0].back();
  return {work({elementCount(outputs[0]), n, n, n}) / 3, 0};
}

}  // namespace

OpDef detOp() { return {.name = "Det", .sinceVersion = 11, .infer = infer, .compute = compute, .cost = cost}; }

}  // namespace ew::ops
