// SPDX-License-Identifier: Apache-2.0
// HannWindow, HammingWindow and BlackmanWindow: sums of up to three cosines.
#include <array>
#include <cmath>
#include <numbers>

#include "core/ops/cast_elements.h"
#include "core/ops/int_operand.h"
#include "core/ops/node_type.h"

namespace ew::ops {
namespace {

constexpr std::int64_t maxSize = std::int64_t{1} << 28;

/// Weights of cos(0), -cos(x) and cos(2 x).
struct Cosines {
  double constant, first, second;
};

Status infer(InferContext& context) {
  EW_ASSIGN(context.outputs[0].dtype, typeAttribute(context.node, "output_datatype", DType::f32));
  Dim size;
  if (const auto known = context.knownElements(0); known && known->size() == 1) size = (*known)[0];
  context.outputs[0].shape = Shape(std::vector<Dim>{size});
  return {};
}

template <int Kind>
Status compute(ComputeContext& context) {
  constexpr std::array<Cosines, 3> kinds{Cosines{0.5, 0.5, 0}, Cosines{25.0 / 46.0, 1 - 25.0 / 46.0, 0}, Cosines{0.42, 0.5, 0.08}};
  constexpr Cosines weights = kinds[Kind];
  EW_ASSIGN(const DType type, typeAttribute(context.node, "output_datatype", DType::f32));
  EW_ASSIGN(const std::int64_t size, intOf(context.inputs[0], "size"));
  if (size < 0) return invalid("size is " + std::to_string(size));
  if (size > maxSize) return limitReached("size is " + std::to_string(size) + ", over 2^28");
  const bool periodic = context.node.attributes.getInt("periodic", 1) != 0;
  EW_ASSIGN(Tensor out, Tensor::create(DType::f64, {size}));
  const double period = static_cast<double>(periodic ? size : size - 1);
  std::span<double> to = out.mutableData<double>();
  for (std::size_t i = 0; i < to.size(); ++i) {
    const double x = period == 0 ? 0 : 2 * std::numbers::pi * static_cast<double>(i) / period;
    to[i] = weights.constant - weights.first * std::cos(x) + weights.second * std::cos(2 * x);
  }
  EW_ASSIGN(context.outputs[0], castElements(out, type));
  return {};
}

}  // namespace

OpDef hannWindowOp() { return {.name = "HannWindow", .sinceVersion = 17, .infer = infer, .compute = compute<0>}; }
OpDef hammingWindowOp() { return {.name = "HammingWindow", .sinceVersion = 17, .infer = infer, .compute = compute<1>}; }
OpDef blackmanWindowOp() { return {.name = "BlackmanWindow", .sinceVersion = 17, .infer = infer, .compute = compute<2>}; }

}  // namespace ew::ops
