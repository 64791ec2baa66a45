// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/base/checked.h"
#include "core/ops/attributes.h"
#include "core/ops/extent.h"
#include "core/ops/int_operand.h"
#include "core/ops/move.h"

namespace ew::ops {
namespace {

/// Elements added at the begin and end of each axis; negative ones are cut off.
struct Pads {
  bool known = true;
  std::vector<std::int64_t> begin, end;
};

template <class Context>
Result<Pads> padsOf(const Context& context, std::size_t rank) {
  EW_ASSIGN(const IntList pads, intList(context, 1, context.node.attributes.has("paddings") ? "paddings" : "pads"));
  EW_ASSIGN(IntList axes, intList(context, 3, "axes"));
  if (!pads.given) return invalid("pads is missing");
  Pads out{pads.known && axes.known, std::vector<std::int64_t>(rank, 0), std::vector<std::int64_t>(rank, 0)};
  if (!out.known) return out;
  if (!axes.given)
    for (std::size_t i = 0; i < rank; ++i) axes.values.push_back(static_cast<std::int64_t>(i));
  EW_ASSIGN(const std::vector<std::size_t> named, normalizedAxes(axes.values, rank));
  if (pads.values.size() != 2 * named.size())
    return invalid("pads has " + std::to_string(pads.values.size()) + " entries for " + std::to_string(named.size()) + " axes");
  for (std::size_t i = 0; i < named.size(); ++i) {
    out.begin[named[i]] = pads.values[i];
    out.end[named[i]] = pads.values[i + named.size()];
  }
  return out;
}

Result<std::int64_t> paddedExtent(std::int64_t extent, std::int64_t begin, std::int64_t end) {
  const auto partial = checkedAdd(extent, begin);
  const auto sum = partial ? checkedAdd(*partial, end) : std::nullopt;
  const std::int64_t cut = std::max<std::int64_t>(-begin, 0);
  if (!sum || *sum < 0 || cut > extent || std::max<std::int64_t>(-end, 0) > extent - cut)
    return invalid("extent " + std::to_string(extent) + " cannot be padded by " + std::to_string(begin) + " and " + std::to_string(end));
  return *sum;
}

Status checkPads(const Pads& pads) {
  // So that sums and negations stay inside int64; no tensor is as large.
  constexpr std::int64_t most = std::int64_t{1} << 40;
  for (const auto* side : {&pads.begin, &pads.end})
    for (const std::int64_t pad : *side)
      if (pad < -most || pad > most) return invalid("pads has the value " + std::to_string(pad));
  return {};
}

Status infer(InferContext& context) {
  context.outputs[0].dtype = context.inputs[0].dtype;
  if (!context.inputs[0].shape) return {};
  Shape out = *context.inputs[0].shape;
  EW_ASSIGN(const Pads pads, padsOf(context, out.rank()));
  EW_TRY(checkPads(pads));
  for (std::size_t i = 0; i < out.rank(); ++i) {
    if (!pads.known) {
      out[i] = Dim();
    } else if (out[i].known()) {
      EW_ASSIGN(const std::int64_t extent, paddedExtent(out[i].extent, pads.begin[i], pads.end[i]));
      out[i] = Dim(extent);
    } else {
      out[i] = shiftedDim(out[i], pads.begin[i] + pads.end[i]);
    }
  }
  context.outputs[0].shape = std::move(out);
  return {};
}

/// The element of an axis that position `at` (negative or beyond the end, too) repeats.
std::int64_t repeated(std::int64_t at, std::int64_t extent, const std::string& mode) {
  if (mode == "edge") return std::clamp<std::int64_t>(at, 0, extent - 1);
  const std::int64_t period = mode == "wrap" ? extent : std::max<std::int64_t>(2 * (extent - 1), 1);
  const std::int64_t phase = ((at % period) + period) % period;
  return phase < extent ? phase : period - phase;
}

/// For each axis, what position of the input each position of the output repeats. Padding starts from what a negative
/// pad at the other side leaves.
Result<std::vector<Dims>> sourcesOf(const Tensor& data, const Pads& pads, const Dims& extents, const std::string& mode) {
  std::vector<Dims> out;
  for (std::size_t i = 0; i < data.rank(); ++i) {
    const std::int64_t first = std::max<std::int64_t>(-pads.begin[i], 0);
    const std::int64_t kept = data.dim(i) - first - std::max<std::int64_t>(-pads.end[i], 0);
    const std::int64_t shift = std::max<std::int64_t>(pads.begin[i], 0);
    if (kept == 0 && extents[i] > 0) return invalid("mode " + mode + " cannot pad an axis without elements");
    Dims sources;
    for (std::int64_t at = 0; at < extents[i]; ++at) sources.push_back(first + repeated(at - shift, kept, mode));
    out.push_back(std::move(sources));
  }
  return out;
}

void copyRepeated(const Tensor& data, Tensor& out, const std::vector<Dims>& sources) {
  const Dims strides = stridesOf(data.dims());
  const std::size_t rank = data.rank();
  const RunCopier copy(data, out);
  Dims index(rank, 0);
  for (std::int64_t to = 0; to < out.size(); ++to) {
    std::int64_t from = 0;
    for (std::size_t axis = 0; axis < rank; ++axis) from += sources[axis][static_cast<std::size_t>(index[axis])] * strides[axis];
    copy(from, to, 1);
    for (std::size_t axis = rank; axis-- > 0;) {
      if (++index[axis] < out.dim(axis)) break;
      index[axis] = 0;
    }
  }
}

/// The value of mode constant, in the element type of the data: an operand since opset 11, an attribute before.
Result<Tensor> padValue(const ComputeContext& context) {
  const DType type = context.inputs[0].dtype();
  if (context.has(2)) {
    if (context.inputs[2].dtype() != type || context.inputs[2].size() != 1)
      return invalid("constant_value must be one " + std::string(dtypeName(type)));
    return context.inputs[2];
  }
  EW_ASSIGN(Tensor value, Tensor::create(type, {}));
  const float attribute = context.node.attributes.getFloat("value", 0);
  if (attribute != 0) {
    EW_TRY(dispatchType(type, [&]<class T>() { value.mutableData<T>()[0] = static_cast<T>(attribute); }));
  }
  return value;
}

void copyInto(const Tensor& data, Tensor& out, const Pads& pads) {
  Layout source = layoutOf(data);
  Layout sink = layoutOf(out);
  Dims extents;
  for (std::size_t i = 0; i < data.rank(); ++i) {
    const std::int64_t cut = std::max<std::int64_t>(-pads.begin[i], 0);
    source.offset += cut * source.strides[i];
    sink.offset += std::max<std::int64_t>(pads.begin[i], 0) * sink.strides[i];
    extents.push_back(data.dim(i) - cut - std::max<std::int64_t>(-pads.end[i], 0));
  }
  copyBox(data, source, out, sink, extents);
}

Status compute(ComputeContext& context) {
  const Tensor& data = context.inputs[0];
  const std::string mode = context.node.attributes.getString("mode", "constant");
  if (mode != "constant" && mode != "reflect" && mode != "edge" && mode != "wrap")
    return unsupported("mode '" + mode + "' is not known");
  EW_ASSIGN(const Pads pads, padsOf(context, data.rank()));
  EW_TRY(checkPads(pads));
  Dims extents;
  for (std::size_t i = 0; i < data.rank(); ++i) {
    EW_ASSIGN(const std::int64_t extent, paddedExtent(data.dim(i), pads.begin[i], pads.end[i]));
    extents.push_back(extent);
  }
  EW_ASSIGN(Tensor out, Tensor::create(data.dtype(), extents));
  if (mode == "constant") {
    EW_ASSIGN(const Tensor value, padValue(context));
    fillRun(value, 0, out, 0, out.size());
    copyInto(data, out, pads);
  } else if (out.size() > 0) {
    EW_ASSIGN(const std::vector<Dims> sources, sourcesOf(data, pads, extents, mode));
    copyRepeated(data, out, sources);
  }
  context.outputs[0] = std::move(out);
  return {};
}

}  // namespace

OpDef padOp() { return {.name = "Pad", .infer = infer, .compute = compute, .cost = movesOnly}; }

}  // namespace ew::ops
