// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <vector>

#include "core/ops/broadcast.h"
#include "core/ops/cost.h"
#include "core/ops/dispatch.h"
#include "core/tensor/float_to_int.h"
#include "core/ops/gemm_shape.h"
#include "core/ops/matmul_shape.h"

namespace ew::ops {
namespace {

Status infer(InferContext& context) { return inferGemm(context, 0, 1, context.inputs[0].dtype); }

/// Sums are double; of integers, with alpha and beta of 1, unsigned, so that they wrap as the product of integers does.
template <class T, class Sum>
T narrowed(Sum sum) {
  if constexpr (std::is_integral_v<T> && std::is_same_v<Sum, double>) return truncated<T>(sum);
  else return static_cast<T>(static_cast<Wide<T>>(sum));
}

template <class T, class Sum>
void multiply(const GemmShape& shape, const ComputeContext& context, Tensor& y) {
  const auto load = [](const T* from, std::int64_t at) { return static_cast<Sum>(static_cast<Wide<T>>(from[at])); };
  const double alpha = static_cast<double>(context.node.attributes.getFloat("alpha", 1.0F));
  const double beta = static_cast<double>(context.node.attributes.getFloat("beta", 1.0F));
  const T* a = context.inputs[0].data<T>().data();
  const T* b = context.inputs[1].data<T>().data();
  const T* c = context.has(2) ? context.inputs[2].data<T>().data() : nullptr;
  const Dims cStrides = context.has(2) ? broadcastStrides(context.inputs[2].dims(), y.dims()) : Dims{0, 0};
  T* to = y.mutableData<T>().data();
  std::vector<Sum> row(static_cast<std::size_t>(shape.n));
  for (std::int64_t i = 0; i < shape.m; ++i) {
    std::ranges::fill(row, Sum{});
    addRowTimesMatrix<Sum>(
        shape.k, shape.n, row.data(), [&](std::int64_t p) { return load(a, shape.aAt(i, p)); },
        [&](std::int64_t p, std::int64_t j) { return load(b, shape.bAt(p, j)); });
    for (std::int64_t j = 0; j < shape.n; ++j) {
      Sum sum = static_cast<Sum>(alpha) * row[static_cast<std::size_t>(j)];
      if (c != nullptr) sum += static_cast<Sum>(beta) * load(c, i * cStrides[0] + j * cStrides[1]);
      *to++ = narrowed<T>(sum);
    }
  }
}

Status compute(ComputeContext& context) {
  const Tensor& A = context.inputs[0];
  EW_ASSIGN(const GemmShape shape, gemmShape(context.node, A.dims(), context.inputs[1].dims()));
  if (context.inputs[1].dtype() != A.dtype() || (context.has(2) && context.inputs[2].dtype() != A.dtype()))
    return invalid("A, B and C have different element types");
  if (context.has(2) && !broadcastsTo(context.inputs[2].dims(), {shape.m, shape.n}))
    return invalid("C of shape " + dimsText(context.inputs[2].dims()) + " does not broadcast to " + dimsText({shape.m, shape.n}));
  EW_ASSIGN(Tensor y, Tensor::create(A.dtype(), {shape.m, shape.n}));
  const bool plain = context.node.attributes.getFloat("alpha", 1.0F) == 1 && context.node.attributes.getFloat("beta", 1.0F) == 1;
  EW_TRY(dispatchNumber(A.dtype(), [&]<class T>() {
    if (y.size() == 0) return;
    if constexpr (std::is_integral_v<T>)
      if (plain) return multiply<T, std::uint64_t>(shape, context, y);
    multiply<T, double>(shape, context, y);
  }));
  context.outputs[0] = std::move(y);
  return {};
}

Cost cost(const Node& node, std::span<const Dims> inputs, std::span<const Dims> outputs) {
  const Result<GemmShape> shape = gemmShape(node, inputs[0], inputs[1]);
  if (!shape.ok()) return {};
  const std::int64_t elements = elementsFrom(outputs[0], 0);
  return {work({elements, shape->k}), inputs.size() > 2 ? elements : 0};
}

}  // namespace

OpDef gemmOp() { return {.name = "Gemm", .infer = infer, .compute = compute, .cost = cost, .requiredInputs = 2}; }

}  // namespace ew::ops
