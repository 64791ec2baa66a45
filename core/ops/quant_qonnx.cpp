// SPDX-License-Identifier: Apache-2.0
// QONNX: Quant, BipolarQuant and Trunc, quantization that stays in floating point, of any number of bits. As the
// definition, they compute in float32 in the order of its formulas.
#include <algorithm>
#include <array>
#include <cmath>

#include "core/ops/elementwise.h"
#include "core/ops/inference.h"

namespace ew::ops {
namespace {

using Rounding = float (*)(float);

/// Half way to the even number, as the processor's default mode has it.
float halfEven(float x) { return std::nearbyint(x); }
float away(float x) { return std::copysign(std::ceil(std::fabs(x)), x); }
float halfUp(float x) { return std::copysign(std::floor(std::fabs(x) + 0.5F), x); }
float halfDown(float x) { return std::copysign(std::ceil(std::fabs(x) - 0.5F), x); }
float up(float x) { return std::ceil(x); }
float down(float x) { return std::floor(x); }
float toZero(float x) { return std::trunc(x); }

Result<Rounding> roundingOf(const Node& node, const char* otherwise) {
  struct Mode {
    std::string_view name;
    Rounding function;
  };
  static constexpr std::array<Mode, 9> modes{{{"ROUND", halfEven}, {"HALF_EVEN", halfEven}, {"CEIL", up}, {"FLOOR", down}, {"UP", away}, {"DOWN", toZero},
                                              {"ROUND_TO_ZERO", toZero}, {"HALF_UP", halfUp}, {"HALF_DOWN", halfDown}}};
  std::string name = node.attributes.getString("rounding_mode", otherwise);
  std::ranges::transform(name, name.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  for (const Mode& mode : modes)
    if (mode.name == name) return mode.function;
  return unsupported("rounding_mode '" + name + "' is not known");
}

/// The parameters as float32, each broadcast to X.
template <std::size_t N>
struct Operands {
  std::array<Tensor, N> values;
  std::array<Dims, N> strides;
};

template <std::size_t N>
Result<Operands<N>> operandsOf(const ComputeContext& context) {
  Operands<N> out;
  for (std::size_t i = 0; i < N; ++i) {
    EW_ASSIGN(out.values[i], toFloat32(context.inputs[i]));
    if (!broadcastsTo(out.values[i].dims(), context.inputs[0].dims()))
      return invalid("input " + std::to_string(i) + " of shape " + dimsText(out.values[i].dims()) + " does not broadcast to " + dimsText(context.inputs[0].dims()));
    out.strides[i] = broadcastStrides(out.values[i].dims(), context.inputs[0].dims());
  }
  return out;
}

/// Output 0 = f(input 0, input 1, ...) for every element of X.
template <std::size_t N, class F>
Status forEachElement(ComputeContext& context, F f) {
  EW_ASSIGN(const Operands<N> operands, operandsOf<N>(context));
  EW_ASSIGN(Tensor y, Tensor::create(context.inputs[0].dtype(), context.inputs[0].dims()));
  Walk<N> walk(y.dims(), operands.strides);
  EW_TRY(dispatchFloat(y.dtype(), [&]<class T>() {
    for (T& element : y.mutableData<T>()) {
      std::array<float, N> in{};
      for (std::size_t i = 0; i < N; ++i) in[i] = operands.values[i].template data<float>()[static_cast<std::size_t>(walk.offset(i))];
      element = static_cast<T>(static_cast<Wide<T>>(f(in)));
      walk.next();
    }
  }));
  context.outputs[0] = std::move(y);
  return {};
}

// Inputs: X, scale, zeropt, bitwidth.
Status computeQuant(ComputeContext& context) {
  EW_ASSIGN(const Rounding round, roundingOf(context.node, "ROUND"));
  const bool isSigned = context.node.attributes.getInt("signed", 1) != 0, narrow = context.node.attributes.getInt("narrow", 0) != 0;
  return forEachElement<4>(context, [=](const std::array<float, 4>& in) {
    const auto [x, scale, zero, bits] = in;
    float steps = x / scale + zero;
    if (isSigned && bits == 1) {
      steps = steps >= 0 ? 1.0F : -1.0F;
    } else {
      const float reach = std::exp2(isSigned ? bits - 1 : bits);
      const float least = isSigned ? -reach + (narrow ? 1.0F : 0.0F) : 0.0F, most = reach - (narrow && !isSigned ? 2.0F : 1.0F);
      steps = round(steps > most ? most : steps < least ? least : steps);
    }
    return (steps - zero) * scale;
  });
}

// Inputs: X, scale.
Status computeBipolar(ComputeContext& context) {
  return forEachElement<2>(context, [](const std::array<float, 2>& in) { return (in[0] / in[1] >= 0 ? 1.0F : -1.0F) * in[1]; });
}

// Inputs: X, scale, zeropt, in_bitwidth, out_bitwidth.
Status computeTrunc(ComputeContext& context) {
  EW_ASSIGN(const Rounding round, roundingOf(context.node, "FLOOR"));
  return forEachElement<5>(context, [=](const std::array<float, 5>& in) {
    const auto [x, scale, zero, from, to] = in;
    return (round(halfEven(x / scale + zero) / std::exp2(from - to)) - zero) * scale;
  });
}

OpDef define(std::string_view name, ComputeFn compute, int inputs, int lastVersion = 28) {
  return {.name = name, .domain = "qonnx.custom_op.general", .lastVersion = lastVersion, .infer = inferSameAsInput, .compute = compute, .requiredInputs = inputs, .mostInputs = inputs};
}

}  // namespace

OpDef bipolarQuantOp() { return define("BipolarQuant", computeBipolar, 2); }
OpDef quantOp() { return define("Quant", computeQuant, 4); }
OpDef truncOp() { return define("Trunc", computeTrunc, 5, 1); }

}  // namespace ew::ops
