// SPDX-License-Identifier: Apache-2.0
// ReduceSum and its kin: a rule each, one loop. Floats accumulate in double, integers in 64 bits with wrap-around.
#include <cmath>
#include <limits>
#include <type_traits>

#include "core/ops/dispatch.h"
#include "core/ops/broadcast.h"
#include "core/ops/element_facts.h"
#include "core/tensor/float_to_int.h"
#include "core/ops/reduce.h"

namespace ew::ops {
namespace {

template <class A>
constexpr A lowest = std::numeric_limits<A>::has_infinity ? -std::numeric_limits<A>::infinity() : std::numeric_limits<A>::min();
template <class A>
constexpr A highest = std::numeric_limits<A>::has_infinity ? std::numeric_limits<A>::infinity() : std::numeric_limits<A>::max();

template <class A>
A plus(A a, A b) {
  if constexpr (std::is_integral_v<A>) return static_cast<A>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
  else return a + b;
}

template <class A>
A times(A a, A b) {
  if constexpr (std::is_integral_v<A>) return static_cast<A>(static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(b));
  else return a * b;
}

template <class A>
A magnitude(A a) {
  if constexpr (std::is_unsigned_v<A>) return a;
  else if constexpr (std::is_integral_v<A>) return a < 0 ? static_cast<A>(0 - static_cast<std::uint64_t>(a)) : a;
  else return std::fabs(a);
}

/// Rules: where to start, how an element joins, what is done at the end. `real` ones compute integers in double.
struct Sum {
  static constexpr bool real = false;
  template <class A> static A start() { return 0; }
  template <class A> static A join(A sum, A x) { return plus(sum, x); }
  template <class A> static A finish(A sum, std::int64_t) { return sum; }
};
struct Mean : Sum {
  template <class A> static A finish(A sum, std::int64_t count) {
    if constexpr (std::is_integral_v<A>) return count == 0 ? A{0} : static_cast<A>(sum / static_cast<A>(count));
    else return sum / static_cast<A>(count);
  }
};
struct Max : Sum {
  template <class A> static A start() { return lowest<A>; }
  template <class A> static A join(A most, A x) { return x > most || x != x ? x : most; }
};
struct Min : Sum {
  template <class A> static A start() { return highest<A>; }
  template <class A> static A join(A least, A x) { return x < least || x != x ? x : least; }
};
struct Prod : Sum {
  template <class A> static A start() { return 1; }
  template <class A> static A join(A product, A x) { return times(product, x); }
};
struct SumSquare : Sum {
  template <class A> static A join(A sum, A x) { return plus(sum, times(x, x)); }
};
struct L1 : Sum {
  template <class A> static A join(A sum, A x) { return plus(sum, magnitude(x)); }
};
struct L2 : SumSquare {
  static constexpr bool real = true;
  static double finish(double sum, std::int64_t) { return std::sqrt(sum); }
};
struct LogSum : Sum {
  static constexpr bool real = true;
  static double finish(double sum, std::int64_t) { return std::log(sum); }
};

template <class A, class Step>
void forEach(const std::vector<A>& elements, const Dims& dims, const ReducedAxes& axes, Step step) {
  Walk<1> walk(dims, {reducedStrides(dims, axes)});
  for (const A element : elements) {
    step(static_cast<std::size_t>(walk.offset(0)), element);
    walk.next();
  }
}

template <class Rule, class A>
std::vector<A> reduced(const std::vector<A>& elements, const Dims& dims, const ReducedAxes& axes, std::size_t outputs) {
  std::vector<A> out(outputs, Rule::template start<A>());
  forEach(elements, dims, axes, [&](std::size_t at, A x) { out[at] = Rule::join(out[at], x); });
  std::int64_t count = 1;
  for (std::size_t i = 0; i < dims.size(); ++i)
    if (axes.reduced[i]) count *= dims[i];
  for (A& value : out) value = Rule::finish(value, count);
  return out;
}

/// Shifted by the largest element, so that no exponential overflows.
struct LogSumExp {
  static constexpr bool real = true;
};
template <>
std::vector<double> reduced<LogSumExp, double>(const std::vector<double>& elements, const Dims& dims, const ReducedAxes& axes, std::size_t outputs) {
  std::vector<double> most = reduced<Max>(elements, dims, axes, outputs);
  std::vector<double> sum(outputs, 0);
  for (double& shift : most)
    if (std::isinf(shift)) shift = 0;
  forEach(elements, dims, axes, [&](std::size_t at, double x) { sum[at] += std::exp(x - most[at]); });
  for (std::size_t i = 0; i < outputs; ++i) sum[i] = std::log(sum[i]) + most[i];
  return sum;
}

template <class A>
Status store(const std::vector<A>& values, Tensor& out) {
  if (out.dtype() == DType::boolean) {
    const std::span<bool> to = out.mutableData<bool>();
    for (std::size_t i = 0; i < to.size(); ++i) to[i] = values[i] > 0;
    return {};
  }
  return dispatchNumber(out.dtype(), [&]<class T>() {
    const std::span<T> to = out.mutableData<T>();
    for (std::size_t i = 0; i < to.size(); ++i) {
      if constexpr (!std::is_arithmetic_v<T>) to[i] = T(static_cast<float>(values[i]));
      else if constexpr (std::is_integral_v<T> && std::is_floating_point_v<A>) to[i] = truncated<T>(values[i]);
      else to[i] = static_cast<T>(values[i]);
    }
  });
}

template <class Rule>
Status compute(ComputeContext& context) {
  const Tensor& data = context.inputs[0];
  EW_ASSIGN(const ReducedAxes axes, reducedAxes(context, data.rank()));
  EW_ASSIGN(Tensor out, Tensor::create(data.dtype(), reducedDims(data.dims(), axes)));
  const auto outputs = static_cast<std::size_t>(out.size());
  if (Rule::real || isFloat(data.dtype())) {
    EW_ASSIGN(const std::vector<double> elements, toDoubles(data));
    EW_TRY(store(reduced<Rule>(elements, data.dims(), axes, outputs), out));
  } else if constexpr (!Rule::real) {
    EW_ASSIGN(const std::vector<std::int64_t> elements, toInts(data));
    if (data.dtype() == DType::u64) {
      const std::vector<std::uint64_t> bits(elements.begin(), elements.end());
      EW_TRY(store(reduced<Rule>(bits, data.dims(), axes, outputs), out));
    } else {
      EW_TRY(store(reduced<Rule>(elements, data.dims(), axes, outputs), out));
    }
  }
  context.outputs[0] = std::move(out);
  return {};
}

template <auto Join>
Status inferElements(InferContext& context) {
  EW_TRY(inferReduce(context));
  reduceElements(context, Join);
  return {};
}

template <class Rule>
OpDef define(std::string_view name, InferFn infer = inferReduce) {
  return {.name = name, .infer = infer, .compute = compute<Rule>, .cost = costOfReduce};
}

}  // namespace

OpDef reduceL1Op() { return define<L1>("ReduceL1"); }
OpDef reduceL2Op() { return define<L2>("ReduceL2"); }
OpDef reduceLogSumOp() { return define<LogSum>("ReduceLogSum"); }
OpDef reduceLogSumExpOp() { return define<LogSumExp>("ReduceLogSumExp"); }
OpDef reduceMaxOp() { return define<Max>("ReduceMax", inferElements<largerOf>); }
OpDef reduceMeanOp() { return define<Mean>("ReduceMean"); }
OpDef reduceMinOp() { return define<Min>("ReduceMin", inferElements<smallerOf>); }
OpDef reduceProdOp() { return define<Prod>("ReduceProd", inferElements<elementProduct>); }
OpDef reduceSumOp() { return define<Sum>("ReduceSum", inferElements<elementSum>); }
OpDef reduceSumSquareOp() { return define<SumSquare>("ReduceSumSquare"); }

}  // namespace ew::ops
