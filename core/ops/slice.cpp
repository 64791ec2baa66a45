// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>

#include "core/ops/attributes.h"
#include "core/ops/element_facts.h"
#include "core/ops/int_operand.h"
#include "core/ops/move.h"

namespace ew::ops {
namespace {

/// Bounds as the node gives them, one entry for each sliced axis.
struct Bounds {
  bool known = true;
  std::vector<std::int64_t> starts, ends, steps;
  std::vector<std::size_t> axes;
};

/// Where a slice of one axis begins, how it steps, and how many elements it has.
struct Range {
  std::int64_t start = 0, step = 1, count = 0;
};

std::size_t entriesOf(const ComputeContext& context, std::size_t input) { return static_cast<std::size_t>(context.inputs[input].size()); }

/// 0 when it cannot be told.
std::size_t entriesOf(const InferContext& context, std::size_t input) {
  const auto& shape = context.inputs[input].shape;
  return shape && shape->rank() == 1 && (*shape)[0].known() && (*shape)[0].extent <= 64 ? static_cast<std::size_t>((*shape)[0].extent) : 0;
}

template <class Context>
Result<Bounds> boundsOf(const Context& context, std::size_t rank) {
  EW_ASSIGN(IntList starts, intList(context, 1, "starts"));
  EW_ASSIGN(IntList ends, intList(context, 2, "ends"));
  EW_ASSIGN(IntList axes, intList(context, 3, "axes"));
  EW_ASSIGN(IntList steps, intList(context, 4, "steps"));
  Bounds out;
  if (!starts.given || !ends.given) return invalid("starts and ends are missing");
  if (!axes.known) {
    out.known = false;
    return out;
  }
  std::size_t count = axes.given ? axes.values.size() : starts.known ? starts.values.size() : ends.values.size();
  if (!axes.given && !starts.known && !ends.known) count = entriesOf(context, 1);
  if (!axes.given)
    for (std::size_t i = 0; i < count; ++i) axes.values.push_back(static_cast<std::int64_t>(i));
  if (!steps.given) steps.values.assign(count, 1);
  EW_ASSIGN(out.axes, normalizedAxes(axes.values, rank));
  out.known = starts.known && ends.known && steps.known;
  if (!out.known) return out;
  if (starts.values.size() != count || ends.values.size() != count || steps.values.size() != count)
    return invalid("starts, ends, axes and steps differ in length");
  for (const std::int64_t step : steps.values)
    if (step == 0) return invalid("a step of 0");
  out.starts = std::move(starts.values);
  out.ends = std::move(ends.values);
  out.steps = std::move(steps.values);
  return out;
}

Range rangeOf(std::int64_t extent, std::int64_t start, std::int64_t end, std::int64_t step) {
  step = std::max(step, -std::numeric_limits<std::int64_t>::max());
  if (start < 0) start += extent;
  if (end < 0) end += extent;
  if (step > 0) {
    start = std::clamp<std::int64_t>(start, 0, extent);
    end = std::clamp<std::int64_t>(end, 0, extent);
    return {start, step, end > start ? (end - start - 1) / step + 1 : 0};
  }
  start = std::clamp<std::int64_t>(start, -1, extent - 1);
  end = std::clamp<std::int64_t>(end, -1, extent - 1);
  return {start, step, start > end ? (start - end - 1) / -step + 1 : 0};
}

void inferElements(InferContext& context, const Bounds& bounds) {
  const auto elements = context.knownElements(0);
  if (!elements || !bounds.known || bounds.axes.size() != 1) return;
  const Range range = rangeOf(static_cast<std::int64_t>(elements->size()), bounds.starts[0], bounds.ends[0], bounds.steps[0]);
  std::vector<Dim> out;
  for (std::int64_t i = 0; i < range.count; ++i)
    out.push_back((*elements)[static_cast<std::size_t>(range.start + i * range.step)]);
  context.outputs[0].elements = std::move(out);
}

constexpr std::int64_t farAway = std::numeric_limits<std::int32_t>::max();  // what exporters write for "to the end"

/// Where a bound lies from 0 on, where both it and the extent may be expressions.
std::optional<Extent> boundFromStart(const Extent& bound, const Extent& extent) {
  const auto number = bound.number();
  if (number && *number >= farAway) return extent;
  if (number && *number <= -farAway) return Extent(0);
  if (!number && !bound.neverNegative()) return std::nullopt;
  const auto at = number && *number < 0 ? extent + bound : bound;
  return at ? largerOf(*at, Extent(0)) : std::nullopt;
}

std::optional<Extent> slicedExtent(const Extent& extent, const Extent& start, const Extent& end, std::int64_t step) {
  if (step == -1 && start == Extent(-1) && end.number().value_or(0) <= -farAway) return extent;
  if (step < 1) return std::nullopt;
  const auto first = boundFromStart(start, extent), bound = boundFromStart(end, extent);
  const auto last = bound ? smallerOf(*bound, extent) : std::nullopt;
  // A start behind the extent leaves nothing, as one behind the end does.
  const auto distance = first && last ? *last - *first : std::nullopt;
  const auto count = distance ? largerOf(*distance, Extent(0)) : std::nullopt;
  const auto rounded = count ? *count + Extent(step - 1) : std::nullopt;
  return rounded ? floorQuotient(*rounded, Extent(step)) : std::nullopt;
}

/// The extent of axis `i` of those that are sliced.
Dim slicedDim(const InferContext& context, const Bounds& bounds, std::size_t i, const Dim& dim) {
  if (bounds.known && dim.known()) return Dim(rangeOf(dim.extent, bounds.starts[i], bounds.ends[i], bounds.steps[i]).count);
  const auto extent = Extent::of(dim);
  if (!extent) return {};
  std::optional<Extent> start, end, step = Extent(1);
  if (bounds.known) {
    start = Extent(bounds.starts[i]);
    end = Extent(bounds.ends[i]);
    step = Extent(bounds.steps[i]);
  } else {
    const auto entry = [&](std::size_t input) {
      const auto elements = elementsOf(context, input);
      return elements && elements->size() == bounds.axes.size() ? (*elements)[i] : std::nullopt;
    };
    start = entry(1);
    end = entry(2);
    if (context.has(4)) step = entry(4);
  }
  if (!start || !end || !step || !step->number()) return {};
  const auto out = slicedExtent(*extent, *start, *end, *step->number());
  return out ? out->dim() : Dim();
}

Status infer(InferContext& context) {
  context.outputs[0].dtype = context.inputs[0].dtype;
  if (!context.inputs[0].shape) return {};
  Shape out = *context.inputs[0].shape;
  EW_ASSIGN(const Bounds bounds, boundsOf(context, out.rank()));
  if (!bounds.known && bounds.axes.empty()) out = Shape(std::vector<Dim>(out.rank()));
  for (std::size_t i = 0; i < bounds.axes.size(); ++i) {
    Dim& dim = out[bounds.axes[i]];
    dim = slicedDim(context, bounds, i, dim);
  }
  if (out.rank() == 1) inferElements(context, bounds);
  context.outputs[0].shape = std::move(out);
  return {};
}

Status compute(ComputeContext& context) {
  const Tensor& data = context.inputs[0];
  EW_ASSIGN(const Bounds bounds, boundsOf(context, data.rank()));
  Layout layout = layoutOf(data);
  Dims extents = data.dims();
  for (std::size_t i = 0; i < bounds.axes.size(); ++i) {
    const std::size_t axis = bounds.axes[i];
    const Range range = rangeOf(data.dim(axis), bounds.starts[i], bounds.ends[i], bounds.steps[i]);
    extents[axis] = range.count;
    layout.offset += range.start * layout.strides[axis];
    // The step of a single element is never taken, and may be too large to multiply.
    layout.strides[axis] = range.count > 1 ? layout.strides[axis] * range.step : 0;
  }
  EW_ASSIGN(context.outputs[0], gathered(data, layout, std::move(extents)));
  return {};
}

}  // namespace

OpDef sliceOp() { return {.name = "Slice", .infer = infer, .compute = compute, .cost = movesOnly}; }

}  // namespace ew::ops
