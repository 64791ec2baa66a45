// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "core/ops/dispatch.h"
#include "core/ops/element_facts.h"

namespace ew::ops {
namespace {

constexpr std::int64_t maxElements = std::int64_t{1} << 31;

template <class T>
Result<std::int64_t> rangeLength(T start, T limit, T delta) {
  if (delta == T{0} || delta != delta) return invalid("delta is zero");
  if constexpr (std::is_integral_v<T>) {
    if (delta > 0 ? start >= limit : start <= limit) return std::int64_t{0};
    // Unsigned differences do not overflow.
    const auto distance = delta > 0 ? static_cast<std::uint64_t>(limit) - static_cast<std::uint64_t>(start)
                                    : static_cast<std::uint64_t>(start) - static_cast<std::uint64_t>(limit);
    const auto step = delta > 0 ? static_cast<std::uint64_t>(delta) : 0 - static_cast<std::uint64_t>(delta);
    const std::uint64_t count = (distance - 1) / step + 1;
    if (count > static_cast<std::uint64_t>(maxElements)) return limitReached("the range has over 2^31 elements");
    return static_cast<std::int64_t>(count);
  } else {
    const double count = std::ceil((static_cast<double>(limit) - static_cast<double>(start)) / static_cast<double>(delta));
    if (std::isnan(count)) return invalid("start, limit or delta is no number");
    if (count > static_cast<double>(maxElements)) return limitReached("the range has over 2^31 elements");
    return count > 0 ? static_cast<std::int64_t>(count) : 0;
  }
}

Status checkScalars(const Tensor& start, const Tensor& limit, const Tensor& delta) {
  for (const Tensor* operand : {&start, &limit, &delta})
    if (operand->size() != 1 || operand->dtype() != start.dtype())
      return invalid("start, limit and delta must be scalars of one element type");
  return {};
}

template <class F>
Status withScalars(const Tensor& start, const Tensor& limit, const Tensor& delta, F f) {
  EW_TRY(checkScalars(start, limit, delta));
  Status status;
  EW_TRY(dispatchNumber(start.dtype(), [&]<class T>() {
    const auto first = static_cast<Wide<T>>(start.data<T>()[0]);
    const auto step = static_cast<Wide<T>>(delta.data<T>()[0]);
    auto count = rangeLength(first, static_cast<Wide<T>>(limit.data<T>()[0]), step);
    if (count.ok()) status = f.template operator()<T>(*count, first, step);
    else status = std::move(count).error();
  }));
  return status;
}

Dim symbolicLength(const InferContext& context) {
  const auto start = elementOf(context, 0), limit = elementOf(context, 1), delta = elementOf(context, 2);
  if (!start || !limit || !delta || delta->number().value_or(0) < 1) return {};
  const auto distance = *limit - *start;
  const auto count = distance ? largerOf(*distance, Extent(0)) : std::nullopt;
  const auto rounded = count ? *count + Extent(*delta->number() - 1) : std::nullopt;
  const auto out = rounded ? floorQuotient(*rounded, *delta) : std::nullopt;
  return out ? out->dim() : Dim();
}

Status infer(InferContext& context) {
  context.outputs[0].dtype = context.inputs[0].dtype;
  context.outputs[0].shape = Shape(std::vector<Dim>(1));
  const Tensor* start = context.inputs[0].constant;
  const Tensor* limit = context.inputs[1].constant;
  const Tensor* delta = context.inputs[2].constant;
  if (start == nullptr || limit == nullptr || delta == nullptr) {
    context.outputs[0].shape = Shape(std::vector<Dim>{symbolicLength(context)});
    return {};
  }
  return withScalars(*start, *limit, *delta, [&]<class T>(std::int64_t count, auto, auto) -> Status {
    context.outputs[0].shape = Shape(std::vector<Dim>{Dim(count)});
    return {};
  });
}

Status compute(ComputeContext& context) {
  const DType type = context.inputs[0].dtype();
  return withScalars(context.inputs[0], context.inputs[1], context.inputs[2], [&]<class T>(std::int64_t count, auto first, auto step) -> Status {
    EW_ASSIGN(Tensor out, Tensor::create(type, {count}));
    const std::span<T> to = out.mutableData<T>();
    for (std::size_t i = 0; i < to.size(); ++i) {
      if constexpr (std::is_integral_v<T>)
        to[i] = static_cast<T>(static_cast<std::uint64_t>(first) + i * static_cast<std::uint64_t>(step));
      else
        to[i] = static_cast<T>(first + static_cast<Wide<T>>(i) * step);
    }
    context.outputs[0] = std::move(out);
    return {};
  });
}

}  // namespace

OpDef rangeOp() { return {.name = "Range", .sinceVersion = 11, .infer = infer, .compute = compute, .requiredInputs = 3}; }

}  // namespace ew::ops
