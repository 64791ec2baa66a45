// SPDX-License-Identifier: Apache-2.0
#include "core/ops/cost.h"
#include "core/ops/gemm_shape.h"
#include "core/ops/integer_product.h"

namespace ew::ops {
namespace {

// Inputs: A, a_scale, a_zero_point, B, b_scale, b_zero_point, C, y_scale, y_zero_point. Without y_scale the result is
// float32.
constexpr std::size_t biasInput = 6, outScaleInput = 7;

DType outputType(const InferContext& context) {
  return context.has(outScaleInput) ? zeroPointType(context, 8, context.inputs[0].dtype) : DType::f32;
}

Status infer(InferContext& context) { return inferGemm(context, 0, 3, outputType(context)); }

/// A matrix of bytes as rows by columns, whatever transA or transB says.
Result<std::vector<std::int32_t>> straight(const Tensor& matrix, bool transposed) {
  EW_ASSIGN(std::vector<std::int32_t> values, centred(matrix, 0));
  if (!transposed) return values;
  const auto rows = static_cast<std::size_t>(matrix.dim(0)), columns = static_cast<std::size_t>(matrix.dim(1));
  std::vector<std::int32_t> out(values.size());
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < columns; ++j) out[j * rows + i] = values[i * columns + j];
  return out;
}

/// C's element for a row and column of the output, 0 when there is none.
struct Bias {
  std::span<const std::int32_t> values;
  Dims strides{0, 0};

  std::uint32_t at(std::size_t i, std::size_t j) const {
    if (values.empty()) return 0;
    return static_cast<std::uint32_t>(values[i * static_cast<std::size_t>(strides[0]) + j * static_cast<std::size_t>(strides[1])]);
  }
};

Result<Bias> biasOf(const ComputeContext& context, const Dims& outDims) {
  if (!context.has(biasInput)) return Bias{};
  const Tensor& C = context.inputs[biasInput];
  if (C.dtype() != DType::i32 || !broadcastsTo(C.dims(), outDims))
    return invalid("C is " + std::string(dtypeName(C.dtype())) + " of shape " + dimsText(C.dims()) + ", not int32 that broadcasts to " + dimsText(outDims));
  return Bias{C.data<std::int32_t>(), broadcastStrides(C.dims(), outDims)};
}

struct Product {
  MatMulShape shape;
  IntegerOperands operands;
  Bias bias;
  std::vector<float> multipliers;  ///< alpha * a_scale * b_scale, one or one a column
};

Result<Product> product(const ComputeContext& context) {
  const Tensor& A = context.inputs[0];
  const Tensor& B = context.inputs[3];
  EW_ASSIGN(const GemmShape gemm, gemmShape(context.node, A.dims(), B.dims()));
  Product out;
  out.shape.m = gemm.m;
  out.shape.k = gemm.k;
  out.shape.n = gemm.n;
  out.shape.outDims = {gemm.m, gemm.n};
  EW_ASSIGN(const QuantParameters aScaling, quantParameters(context, 1, 2, A.dtype()));
  EW_ASSIGN(const QuantParameters bScaling, quantParameters(context, 4, 5, B.dtype(), gemm.n));
  EW_ASSIGN(out.operands.a, straight(A, gemm.transA));
  EW_ASSIGN(out.operands.b, straight(B, gemm.transB));
  out.operands.aZero = aScaling.zeroPoints;
  out.operands.bZero = bScaling.zeroPoints;
  EW_ASSIGN(out.bias, biasOf(context, out.shape.outDims));
  const float alpha = context.node.attributes.getFloat("alpha", 1.0F);
  for (const float scale : bScaling.scales) out.multipliers.push_back((alpha * aScaling.scale()) * scale);
  return out;
}

Status computeFloat(ComputeContext& context, const Product& p) {
  EW_ASSIGN(Tensor y, Tensor::create(DType::f32, p.shape.outDims));
  const std::span<float> to = y.mutableData<float>();
  if (!to.empty()) {
    forEachIntegerSum(p.shape, p.operands, [&](std::size_t i, std::size_t j, std::int32_t sum, std::size_t at) {
      const auto total = static_cast<std::int32_t>(static_cast<std::uint32_t>(sum) + p.bias.at(i, j));
      to[at] = static_cast<float>(total) * p.multipliers[p.multipliers.size() == 1 ? 0 : j];
    });
  }
  context.outputs[0] = std::move(y);
  return {};
}

Status compute(ComputeContext& context) {
  EW_ASSIGN(const Product p, product(context));
  if (!context.has(outScaleInput)) return computeFloat(context, p);
  const DType type = zeroPointType(context, 8, context.inputs[0].dtype());
  EW_ASSIGN(const QuantParameters yScaling, quantParameters(context, outScaleInput, 8, type));
  EW_ASSIGN(const bool fixed, usesFixedPoint(context.node));
  std::vector<Requantizer> perColumn;
  for (const float multiplier : p.multipliers) {
    EW_ASSIGN(const Requantizer requantizer, requantizerFor(multiplier / yScaling.scale(), yScaling.zeroPoint(), fixed));
    perColumn.push_back(requantizer);
  }
  EW_ASSIGN(Tensor y, Tensor::create(type, p.shape.outDims));
  EW_TRY(dispatchByte(type, [&]<class T>() {
    const std::span<T> to = y.mutableData<T>();
    if (to.empty()) return;
    forEachIntegerSum(p.shape, p.operands, [&](std::size_t i, std::size_t j, std::int32_t sum, std::size_t at) {
      const auto total = static_cast<std::int32_t>(static_cast<std::uint32_t>(sum) + p.bias.at(i, j));
      to[at] = perColumn[perColumn.size() == 1 ? 0 : j].template apply<T>(total);
    });
  }));
  context.outputs[0] = std::move(y);
  return {};
}

Cost cost(const Node& node, std::span<const Dims> inputs, std::span<const Dims> outputs) {
  const Result<GemmShape> shape = gemmShape(node, inputs[0], inputs[3]);
  return shape.ok() ? Cost{work({elementsFrom(outputs[0], 0), shape->k}), 0} : Cost{};
}

}  // namespace

OpDef qGemmOp() { return {.name = "QGemm", .domain = "com.microsoft", .infer = infer, .compute = compute, .cost = cost, .requiredInputs = 5}; }

}  // namespace ew::ops
