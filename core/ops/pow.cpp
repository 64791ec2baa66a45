// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <type_traits>

#include "core/ops/elementwise.h"
#include "core/tensor/float_to_int.h"
#include "core/ops/inference.h"
#include "core/ops/legacy_broadcast.h"

namespace ew::ops {
namespace {

/// Wraps around as products do. A negative exponent is the inverse, truncated.
template <class T>
T integerPower(T base, std::int64_t exponent) {
  if (exponent < 0) {
    if (base == 1) return 1;
    if constexpr (std::is_signed_v<T>)
      if (base == -1) return exponent % 2 == 0 ? T{1} : T{-1};
    return 0;
  }
  auto factor = static_cast<std::uint64_t>(base);
  std::uint64_t product = 1;
  for (; exponent > 0; exponent >>= 1, factor *= factor)
    if ((exponent & 1) != 0) product *= factor;
  return static_cast<T>(product);
}

template <class T, class Exponent>
T power(T base, Exponent exponent) {
  if constexpr (!std::is_arithmetic_v<T>) return T(static_cast<float>(std::pow(static_cast<double>(static_cast<float>(base)), static_cast<double>(exponent))));
  else if constexpr (std::is_floating_point_v<T>) return static_cast<T>(std::pow(static_cast<double>(base), static_cast<double>(exponent)));
  else if constexpr (std::is_integral_v<Exponent>) return integerPower(base, exponent);
  else return truncated<T>(std::pow(static_cast<double>(base), exponent));
}

/// The exponents are read as one wide type, so that there is not one loop for each pair of types.
template <class Exponent>
Status powers(const Tensor& base, const Tensor& exponent, const std::vector<Exponent>& exponents, Tensor& out) {
  return dispatchNumber(base.dtype(), [&]<class T>() {
    const std::span<const T> from = base.data<T>();
    Walk<2> walk(out.dims(), {broadcastStrides(base.dims(), out.dims()), broadcastStrides(exponent.dims(), out.dims())});
    for (T& element : out.mutableData<T>()) {
      element = power(from[static_cast<std::size_t>(walk.offset(0))], exponents[static_cast<std::size_t>(walk.offset(1))]);
      walk.next();
    }
  });
}

Status infer(InferContext& context) {
  EW_TRY(alignLegacyOperand(context));
  return inferBroadcast(context);
}

Status compute(ComputeContext& context) {
  EW_TRY(alignLegacyOperand(context));
  const Tensor& base = context.inputs[0];
  const Tensor& exponent = context.inputs[1];
  EW_ASSIGN(Dims dims, broadcastDims(base.dims(), exponent.dims()));
  EW_ASSIGN(Tensor out, Tensor::create(base.dtype(), std::move(dims)));
  if (isInteger(exponent.dtype())) {
    EW_ASSIGN(const std::vector<std::int64_t> exponents, toInts(exponent));
    EW_TRY(powers(base, exponent, exponents, out));
  } else {
    EW_ASSIGN(const std::vector<double> exponents, toDoubles(exponent));
    EW_TRY(powers(base, exponent, exponents, out));
  }
  context.outputs[0] = std::move(out);
  return {};
}

}  // namespace

OpDef powOp() { return {.name = "Pow", .infer = infer, .compute = compute, .requiredInputs = 2, .mostInputs = 2}; }

}  // namespace ew::ops
