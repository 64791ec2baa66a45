// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "accel/cpu/kernels/sparse.h"
#include "core/ops/convolver.h"

namespace ew::cpu {

Result<bool> addConv(Builder& builder, const Group& group);

namespace {

bool isPointwise(const ops::ConvShape& shape) {
  if (shape.groups != 1) return false;
  for (const ops::Window& window : shape.windows)
    if (window.kernel != 1 || window.stride != 1 || window.padBegin != 0 || window.in != window.out) return false;
  return true;
}

/// Scales each row and shifts its bias; false where the operands do not fit.
bool foldBatchNorm(const Builder& builder, const Node& node, SparseLayer& layer) {
  const auto rows = static_cast<std::size_t>(layer.rows()), columns = static_cast<std::size_t>(layer.columns());
  std::span<const float> operands[4];
  for (std::size_t i = 0; i < 4; ++i) {
    operands[i] = builder.constant(node.input(i + 1))->data<float>();
    if (operands[i].size() != rows) return false;
  }
  const double epsilon = static_cast<double>(node.attributes.getFloat("epsilon", 1e-5F));
  if (!layer.bias.present()) layer.bias = Tensor::zeros(DType::f32, {layer.rows()});
  const std::span<float> w = layer.weights.mutableData<float>(), b = layer.bias.mutableData<float>();
  for (std::size_t m = 0; m < rows; ++m) {
    const double scale = static_cast<double>(operands[0][m]) / std::sqrt(static_cast<double>(operands[3][m]) + epsilon);
    for (float& value : w.subspan(m * columns, columns)) value = static_cast<float>(static_cast<double>(value) * scale);
    b[m] = static_cast<float>((static_cast<double>(b[m]) - static_cast<double>(operands[2][m])) * scale + static_cast<double>(operands[1][m]));
  }
  return true;
}

Result<bool> describe(const Builder& builder, const Group& group, SparseLayer& layer) {
  const Node& node = *group.anchor;
  const ValueId x = node.input(0);
  const Tensor* W = builder.constant(node.input(1));
  const ValueId biasValue = group.bias != kNone ? group.bias : node.input(2);
  const Tensor* bias = builder.constant(biasValue);
  if (W == nullptr || W->dtype() != DType::f32 || (biasValue != kNone && bias == nullptr) || builder.constant(x) != nullptr) return false;
  if (!builder.isStatic(x) || builder.dtype(x) != DType::f32 || !builder.isStatic(group.output()) || !hasManyZeros(*W)) return false;
  const Dims dims = builder.dims(x);
  if (dims.size() < 3 || dims.size() > 5) return false;
  EW_ASSIGN(const ops::ConvShape shape, ops::convShape(node, dims, W->dims()));
  if (!isPointwise(shape)) return false;
  layer.weights = W->reshaped({shape.filters, shape.channels});
  if (bias != nullptr) layer.bias = bias->reshaped({shape.filters});
  layer.source = x;
  layer.images = shape.batch;
  layer.pixels = shape.inPlane();
  return group.batchNorm == nullptr || foldBatchNorm(builder, *group.batchNorm, layer);
}

}  // namespace

Result<bool> addConvWithZeros(Builder& builder, const Group& group) {
  SparseLayer layer;
  EW_ASSIGN(const bool fits, describe(builder, group, layer));
  if (fits) {
    EW_ASSIGN(const bool done, addSparse(builder, group, layer, addConv));
    if (done) return true;
  }
  return addConv(builder, group);
}

}  // namespace ew::cpu
