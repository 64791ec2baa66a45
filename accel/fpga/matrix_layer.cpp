// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "accel/fpga/array_product.h"
#include "accel/fpga/layer.h"
#include "core/ops/broadcast.h"
#include "core/ops/gemm_shape.h"
#include "core/ops/matmul_shape.h"
#include "core/ops/quantized.h"

namespace ew::fpga {
namespace {

/// Rows that one thread multiplies at a time.
constexpr std::int64_t blockRows = 32;

/// MACs below which waking other threads costs more than it brings.
constexpr std::int64_t smallestParallel = 500'000;

/// A matrix of bytes inside a tensor: element (i, p) lies at base + i * rowStep + p * depthStep.
struct MatrixView {
  const Tensor* tensor;
  std::int64_t base, rows, depth, rowStep, depthStep;
};

/// The matrix without its zero points (one, or one a row), each row along the depth.
Result<Operand> pack(const MatrixView& view, const std::vector<std::int32_t>& zeroPoints) {
  Operand out(view.rows, view.depth);
  EW_TRY(ops::dispatchByte(view.tensor->dtype(), [&]<class T>() {
    const T* from = view.tensor->data<T>().data() + view.base;
    for (std::int64_t i = 0; i < view.rows; ++i) {
      const std::int32_t zero = zeroPoints[zeroPoints.size() == 1 ? 0 : static_cast<std::size_t>(i)];
      std::int16_t* to = out.row(i);
      for (std::int64_t p = 0; p < view.depth; ++p) to[p] = static_cast<std::int16_t>(from[i * view.rowStep + p * view.depthStep] - zero);
    }
  }));
  return out;
}

/// The sums of left times right, row after row.
std::vector<std::uint32_t> product(const Operand& left, const Operand& right, const device::SystolicArray& array, int threads) {
  std::vector<std::uint32_t> sums(static_cast<std::size_t>(left.rows * right.rows));
  const std::int64_t blocks = (left.rows + blockRows - 1) / blockRows;
#pragma omp parallel for num_threads(threads) schedule(static) if (left.rows * left.depth * right.rows > smallestParallel)
  for (std::int64_t block = 0; block < blocks; ++block) {
    const std::int64_t first = block * blockRows, count = std::min(blockRows, left.rows - first);
    multiplyOnArray(left, {first, count}, right, {0, right.rows}, array,
                    std::span(sums).subspan(static_cast<std::size_t>(first * right.rows), static_cast<std::size_t>(count * right.rows)));
  }
  return sums;
}

/// QLinearMatMul: a, a_scale, a_zero_point, b, b_scale, b_zero_point, y_scale, y_zero_point.
class MatMulLayer final : public Layer {
 public:
  MatMulLayer(device::SystolicArray array, int threads) : array_(std::move(array)), threads_(threads) {}

  Status run(ops::ComputeContext& context) const override {
    const Tensor& a = context.inputs[0];
    const Tensor& b = context.inputs[3];
    EW_ASSIGN(const ops::MatMulShape shape, ops::matmulShape(a.dims(), b.dims()));
    const DType type = ops::zeroPointType(context, 7, a.dtype());
    EW_ASSIGN(const ops::QuantParameters aScaling, ops::quantParameters(context, 1, 2, a.dtype(), shape.m));
    EW_ASSIGN(const ops::QuantParameters bScaling, ops::quantParameters(context, 4, 5, b.dtype(), shape.n));
    EW_ASSIGN(const ops::QuantParameters yScaling, ops::quantParameters(context, 6, 7, type));
    EW_ASSIGN(const bool fixed, ops::usesFixedPoint(context.node));
    std::vector<ops::Requantizer> perPair;
    for (const float left : aScaling.scales) {
      for (const float right : bScaling.scales) {
        EW_ASSIGN(const ops::Requantizer requantizer, ops::requantizerFor((left * right) / yScaling.scale(), yScaling.zeroPoint(), fixed));
        perPair.push_back(requantizer);
      }
    }
    EW_ASSIGN(Tensor y, Tensor::create(type, shape.outDims));
    Status status;
    ops::forEachMatrixPair(shape, [&](std::int64_t aBase, std::int64_t bBase, std::int64_t yBase) {
      if (!status.ok() || y.size() == 0) return;
      status = multiply(shape, {&a, aBase, shape.m, shape.k, shape.k, 1}, {&b, bBase, shape.n, shape.k, 1, shape.n}, aScaling, bScaling,
                        perPair, yBase, y);
    });
    EW_TRY(std::move(status));
    context.outputs[0] = std::move(y);
    return {};
  }

 private:
  Status multiply(const ops::MatMulShape& shape, const MatrixView& left, const MatrixView& right, const ops::QuantParameters& aScaling,
                  const ops::QuantParameters& bScaling, const std::vector<ops::Requantizer>& perPair, std::int64_t yBase, Tensor& y) const {
    EW_ASSIGN(const Operand a, pack(left, aScaling.zeroPoints));
    EW_ASSIGN(const Operand b, pack(right, bScaling.zeroPoints));
    const std::vector<std::uint32_t> sums = product(a, b, array_, threads_);
    const std::size_t rowStep = aScaling.scales.size() > 1 ? bScaling.scales.size() : 0, columnStep = bScaling.scales.size() > 1 ? 1 : 0;
    return ops::dispatchByte(y.dtype(), [&]<class Out>() {
      Out* to = y.mutableData<Out>().data() + yBase;
      for (std::size_t i = 0; i < static_cast<std::size_t>(shape.m); ++i)
        for (std::size_t j = 0; j < static_cast<std::size_t>(shape.n); ++j) {
          const std::size_t at = i * static_cast<std::size_t>(shape.n) + j;
          to[at] = perPair[i * rowStep + j * columnStep].apply<Out>(static_cast<std::int32_t>(sums[at]));
        }
    });
  }

  device::SystolicArray array_;
  int threads_;
};

/// QGemm: A, a_scale, a_zero_point, B, b_scale, b_zero_point, C, y_scale, y_zero_point; float32 without y_scale.
class GemmLayer final : public Layer {
 public:
  GemmLayer(device::SystolicArray array, int threads) : array_(std::move(array)), threads_(threads) {}

  Status run(ops::ComputeContext& context) const override {
    const Tensor& A = context.inputs[0];
    const Tensor& B = context.inputs[3];
    EW_ASSIGN(const ops::GemmShape shape, ops::gemmShape(context.node, A.dims(), B.dims()));
    EW_ASSIGN(const ops::QuantParameters aScaling, ops::quantParameters(context, 1, 2, A.dtype()));
    EW_ASSIGN(const ops::QuantParameters bScaling, ops::quantParameters(context, 4, 5, B.dtype(), shape.n));
    EW_ASSIGN(const Operand a, pack({&A, 0, shape.m, shape.k, shape.transA ? 1 : shape.k, shape.transA ? shape.m : 1}, aScaling.zeroPoints));
    EW_ASSIGN(const Operand b, pack({&B, 0, shape.n, shape.k, shape.transB ? shape.k : 1, shape.transB ? 1 : shape.n}, bScaling.zeroPoints));
    std::vector<std::uint32_t> sums = product(a, b, array_, threads_);
    EW_TRY(addBias(context, {shape.m, shape.n}, sums));
    const float alpha = context.node.attributes.getFloat("alpha", 1.0F);
    std::vector<float> multipliers;
    for (const float scale : bScaling.scales) multipliers.push_back((alpha * aScaling.scale()) * scale);
    return context.has(7) ? toBytes(context, {shape.m, shape.n}, multipliers, sums) : toFloats(context, {shape.m, shape.n}, multipliers, sums);
  }

 private:
  static Status addBias(const ops::ComputeContext& context, const Dims& dims, std::vector<std::uint32_t>& sums) {
    if (!context.has(6)) return {};
    const Tensor& C = context.inputs[6];
    if (C.dtype() != DType::i32 || !ops::broadcastsTo(C.dims(), dims))
      return invalid("C is " + std::string(dtypeName(C.dtype())) + " of shape " + dimsText(C.dims()) + ", not int32 that broadcasts to " + dimsText(dims));
    const Dims strides = ops::broadcastStrides(C.dims(), dims);
    const std::int32_t* from = C.data<std::int32_t>().data();
    for (std::int64_t i = 0; i < dims[0]; ++i)
      for (std::int64_t j = 0; j < dims[1]; ++j)
        sums[static_cast<std::size_t>(i * dims[1] + j)] += static_cast<std::uint32_t>(from[i * strides[0] + j * strides[1]]);
    return {};
  }

  static Status toFloats(ops::ComputeContext& context, const Dims& dims, const std::vector<float>& multipliers, const std::vector<std::uint32_t>& sums) {
    EW_ASSIGN(Tensor y, Tensor::create(DType::f32, dims));
    const std::span<float> to = y.mutableData<float>();
    const auto columns = static_cast<std::size_t>(dims[1]);
    for (std::size_t at = 0; at < to.size(); ++at)
      to[at] = static_cast<float>(static_cast<std::int32_t>(sums[at])) * multipliers[multipliers.size() == 1 ? 0 : at % columns];
    context.outputs[0] = std::move(y);
    return {};
  }

  static Status toBytes(ops::ComputeContext& context, const Dims& dims, const std::vector<float>& multipliers, const std::vector<std::uint32_t>& sums) {
    const DType type = ops::zeroPointType(context, 8, context.inputs[0].dtype());
    EW_ASSIGN(const ops::QuantParameters yScaling, ops::quantParameters(context, 7, 8, type));
    EW_ASSIGN(const bool fixed, ops::usesFixedPoint(context.node));
    std::vector<ops::Requantizer> perColumn;
    for (const float multiplier : multipliers) {
      EW_ASSIGN(const ops::Requantizer requantizer, ops::requantizerFor(multiplier / yScaling.scale(), yScaling.zeroPoint(), fixed));
      perColumn.push_back(requantizer);
    }
    EW_ASSIGN(Tensor y, Tensor::create(type, dims));
    const auto columns = static_cast<std::size_t>(dims[1]);
    EW_TRY(ops::dispatchByte(type, [&]<class Out>() {
      const std::span<Out> to = y.mutableData<Out>();
      for (std::size_t at = 0; at < to.size(); ++at)
        to[at] = perColumn[perColumn.size() == 1 ? 0 : at % columns].template apply<Out>(static_cast<std::int32_t>(sums[at]));
    }));
    context.outputs[0] = std::move(y);
    return {};
  }

  device::SystolicArray array_;
  int threads_;
};

}  // namespace

std::unique_ptr<Layer> makeMatrixLayer(const Node& node, const device::SystolicArray& array, int threads) {
  if (node.opType == "QGemm") return std::make_unique<GemmLayer>(array, threads);
  return std::make_unique<MatMulLayer>(array, threads);
}

}  // namespace ew::fpga
