// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "accel/cpu/kernels/kernels.h"
#include "accel/cpu/kernels/unary.h"
#include "accel/cpu/loops/float_loops.h"
#include "accel/cpu/parallel.h"

namespace ew::cpu {
namespace {

using dnnl::algorithm;
constexpr std::int64_t grain = 16384;
/// Beyond this oneDNN's polynomials end: exp overflows at 88.7 and is clamped there, and NaN is not kept.
constexpr float exactBelow = 80;

using Loop = std::function<void(const float*, float*, std::int64_t)>;

/// Functions that are one or two instructions an element; nothing for the others.
Loop simpleLoop(const std::vector<Eltwise>& functions) {
  const Eltwise f = functions[0];
  if (functions.size() == 2)  // HardSigmoid: linear, then clip
    return [f, c = functions[1]](const float* x, float* y, std::int64_t n) { linearClipLoop(x, y, n, f.alpha, f.beta, c.alpha, c.beta); };
  if (f.algorithm == algorithm::eltwise_relu && f.alpha == 0) return reluLoop;
  if (f.algorithm == algorithm::eltwise_relu)
    return [f](const float* x, float* y, std::int64_t n) { leakyReluLoop(x, y, n, f.alpha); };
  if (f.algorithm == algorithm::eltwise_clip)
    return [f](const float* x, float* y, std::int64_t n) { clipLoop(x, y, n, f.alpha, f.beta); };
  return {};
}

/// The function by the C library, for the elements that oneDNN gets wrong; nothing where it gets all of them right.
using Scalar = float (*)(float x, float alpha);

Scalar scalarFunction(algorithm what) {
  switch (what) {
    case algorithm::eltwise_exp: return [](float x, float) { return std::exp(x); };
    case algorithm::eltwise_logistic: return [](float x, float) { return x >= 0 ? 1 / (1 + std::exp(-x)) : std::exp(x) / (1 + std::exp(x)); };
    case algorithm::eltwise_tanh: return [](float x, float) { return std::tanh(x); };
    case algorithm::eltwise_elu: return [](float x, float alpha) { return x < 0 ? alpha * std::expm1(x) : x; };
    case algorithm::eltwise_soft_relu: return [](float x, float) { return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x)); };
    case algorithm::eltwise_swish: return [](float x, float alpha) { return x / (1 + std::exp(-alpha * x)); };
    case algorithm::eltwise_mish: return [](float x, float) { return x > 0 ? x : x * std::exp(x); };
    case algorithm::eltwise_hardswish: return [](float x, float) { return x * std::fmax(0.0F, std::fmin(1.0F, x / 6 + 0.5F)); };
    case algorithm::eltwise_gelu_erf:
    case algorithm::eltwise_gelu_tanh: return [](float x, float) { return x / 2 * (1 + (x > 0 ? 1.0F : x < 0 ? -1.0F : x)); };
    default: return nullptr;
  }
}

void repair(const float* x, float* y, std::int64_t count, Scalar f, float alpha) {
  parallelFor(count, grain, [&](std::int64_t begin, std::int64_t end) {
    if (!anyBeyond(x + begin, end - begin, exactBelow)) return;
    for (std::int64_t i = begin; i < end; ++i)
      if (!(std::fabs(x[i]) < exactBelow)) y[i] = f(x[i], alpha);
  });
}

dnnl::eltwise_forward::primitive_desc primitiveFor(const Eltwise& f, const Desc& desc) {
  dnnl::primitive_attr attr;
  attr.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  const dnnl::eltwise_forward::desc what(dnnl::prop_kind::forward_inference, f.algorithm, desc, f.alpha, f.beta);
  return {what, attr, engine()};
}

void addLoop(Builder& builder, const Loop& loop, std::int64_t count, SlotId from, SlotId to, bool helper = false) {
  const auto body = [=](Storage& storage) {
    parallelFor(count, grain, [&](std::int64_t begin, std::int64_t end) {
      loop(storage.as<float>(from) + begin, storage.as<float>(to) + begin, end - begin);
    });
  };
  builder.add(std::make_unique<LoopKernel>("elementwise", body), {from}, {to}, helper);
}

SlotId target(Builder& builder, ValueId x, ValueId y, const Placed& from) {
  if (!builder.mayOverwrite(x, from.slot)) return builder.write(y, from.desc);
  builder.writeOver(y, from.desc, from.slot);
  return from.slot;
}

}  // namespace

void addInPlace(Builder& builder, const Eltwise& function, const Desc& desc, SlotId slot) {
  if (const Loop loop = simpleLoop({function}); loop && isDense(desc)) {
    addLoop(builder, loop, elementCount(desc.dims()), slot, slot, true);
    return;
  }
  const dnnl::eltwise_forward::primitive_desc primitive = primitiveFor(function, desc);
  builder.add(dnnl::eltwise_forward(primitive), primitive.scratchpad_desc(), dnnlName(primitive),
              {{DNNL_ARG_SRC, desc, slot}, {DNNL_ARG_DST, desc, slot}}, true);
}

/// Float32 activations, in whatever layout the value lies.
Result<bool> addUnary(Builder& builder, const Group& group) {
  const Node& node = *group.anchor;
  const ValueId x = node.input(0), y = node.output(0);
  if (!builder.isStatic(x) || !builder.isStatic(y) || builder.constant(x) != nullptr || builder.dims(x) != builder.dims(y)) return false;
  const std::vector<Eltwise> functions = eltwiseOf(builder.graph(), node);
  if (functions.empty()) return false;
  Placed from = builder.placed(x);
  if (!isDense(from.desc)) from = {builder.readPlain(x), plainDesc(DType::f32, builder.dims(x)), false};
  const std::int64_t count = elementCount(builder.dims(x));
  if (const Loop loop = simpleLoop(functions)) {
    addLoop(builder, loop, count, from.slot, target(builder, x, y, from));
    return true;
  }
  const Eltwise f = functions[0];
  const dnnl::eltwise_forward::primitive_desc desc = primitiveFor(f, from.desc);
  const dnnl::eltwise_forward primitive(desc);
  const SlotId to = builder.write(y, from.desc);  // not in place: repair() needs x
  builder.add(primitive, desc.scratchpad_desc(), dnnlName(desc), {{DNNL_ARG_SRC, from.desc, from.slot}, {DNNL_ARG_DST, from.desc, to}});
  if (const Scalar scalar = scalarFunction(f.algorithm))
    builder.add(std::make_unique<LoopKernel>("elementwise", [=](Storage& storage) {
      repair(storage.as<float>(from.slot), storage.as<float>(to), count, scalar, f.alpha);
    }), {from.slot}, {to}, true);
  return true;
}

}  // namespace ew::cpu
