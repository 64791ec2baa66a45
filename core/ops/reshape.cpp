// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/base/checked.h"
#include "core/ops/element_facts.h"
#include "core/ops/int_operand.h"
#include "core/ops/move.h"

namespace ew::ops {
namespace {

/// What is known of one side's element count: the product of its numbers, and its dynamic extents.
struct Count {
  std::optional<std::int64_t> numbers = 1;
  std::vector<Dim> dynamic;

  void add(const Dim& dim) {
    if (dim.known()) numbers = numbers ? checkedMul(*numbers, dim.extent) : std::nullopt;
    else dynamic.push_back(dim);
  }
  Dim product() const {
    Dim out = numbers ? Dim(*numbers) : Dim();
    for (const Dim& dim : dynamic) out = productOf(out, dim);
    return out;
  }
};

/// The extent that makes both counts equal, when that can be told.
Result<Dim> missingDim(const Count& input, const Count& rest) {
  if (input.numbers && rest.numbers && input.dynamic.empty() && rest.dynamic.empty()) {
    if (*rest.numbers == 0 || *input.numbers % *rest.numbers != 0)
      return invalid(std::to_string(*input.numbers) + " elements cannot be divided by " + std::to_string(*rest.numbers));
    return Dim(*input.numbers / *rest.numbers);
  }
  // An unnamed extent keeps what it is where all others cancel out.
  if (rest.dynamic.empty() && input.dynamic.size() == 1 && input.numbers == rest.numbers && rest.numbers.value_or(0) != 0) return input.dynamic[0];
  const auto all = Extent::of(input.product()), named = Extent::of(rest.product());
  const auto left = all && named ? floorQuotient(*all, *named) : std::nullopt;
  return left ? left->dim() : Dim();
}

/// The shape that `wanted` asks for: 0 copies the input's extent (unless allowZero), one unknown takes what is left.
Result<Shape> targetShape(const Shape& input, const std::vector<Dim>& wanted, bool allowZero) {
  Count inputCount, rest;
  std::vector<bool> cancelled(input.rank(), false);
  std::vector<Dim> out;
  std::optional<std::size_t> missing;
  bool several = false;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    Dim dim = wanted[i];
    if (!dim.known() && dim.symbol.empty()) {
      several = several || missing.has_value();
      missing = i;
      dim = Dim();
    } else if (dim.known() && dim.extent == 0 && !allowZero) {
      if (i >= input.rank()) return invalid("shape copies axis " + std::to_string(i) + " of an input of rank " + std::to_string(input.rank()));
      dim = input[i];
      // A copied extent counts on both sides alike; only a zero must not be divided by.
      if (dim.extent == 0) rest.add(dim);
      else cancelled[i] = true;
    } else {
      rest.add(dim);
    }
    out.push_back(dim);
  }
  for (std::size_t i = 0; i < input.rank(); ++i)
    if (!cancelled[i]) inputCount.add(input[i]);
  // Dynamic extents that the shape names again cancel out too.
  for (auto it = rest.dynamic.begin(); it != rest.dynamic.end();) {
    const auto twin = std::find(inputCount.dynamic.begin(), inputCount.dynamic.end(), *it);
    if (twin == inputCount.dynamic.end()) {
      ++it;
      continue;
    }
    inputCount.dynamic.erase(twin);
    it = rest.dynamic.erase(it);
  }
  if (missing && !several) {
    EW_ASSIGN(out[*missing], missingDim(inputCount, rest));
  }
  return Shape(std::move(out));
}

Status infer(InferContext& context) {
  context.outputs[0].dtype = context.inputs[0].dtype;
  const auto& shape = context.inputs[0].shape;
  std::optional<std::vector<Dim>> wanted = context.knownElements(1);
  if (!context.has(1)) {
    const std::vector<std::int64_t> attribute = context.node.attributes.getInts("shape");
    wanted = std::vector<Dim>(attribute.begin(), attribute.end());
  }
  if (!wanted) {
    const bool ranked = context.inputs[1].shape && context.inputs[1].shape->rank() == 1;
    const std::int64_t rank = ranked ? (*context.inputs[1].shape)[0].extent : -1;
    if (rank >= 0 && rank <= 64) context.outputs[0].shape = Shape(std::vector<Dim>(static_cast<std::size_t>(rank)));
    return {};
  }
  if (wanted->size() <= 1) mapElements(context, [](const Extent& x) { return std::optional(x); });
  const bool allowZero = context.node.attributes.getInt("allowzero", 0) != 0;
  if (shape) {
    EW_ASSIGN(context.outputs[0].shape, targetShape(*shape, *wanted, allowZero));
    return {};
  }
  for (Dim& dim : *wanted)
    if (dim.extent == 0 && !allowZero) dim = Dim();
  context.outputs[0].shape = Shape(std::move(*wanted));
  return {};
}

Result<Dims> targetDims(const Dims& input, const std::vector<std::int64_t>& wanted, bool allowZero) {
  int unknowns = 0;
  for (const std::int64_t extent : wanted) {
    if (extent < -1) return invalid("shape has the entry " + std::to_string(extent));
    if (extent == -1) ++unknowns;
  }
  if (unknowns > 1) return invalid("shape has more than one entry -1");
  EW_ASSIGN(const Shape target, targetShape(Shape(input), std::vector<Dim>(wanted.begin(), wanted.end()), allowZero));
  const auto dims = target.concrete();
  const auto count = dims ? checkedProduct(*dims) : std::nullopt;
  if (!count || *count != elementCount(input))
    return invalid("shape " + target.text() + " does not have the " + std::to_string(elementCount(input)) + " elements of " + dimsText(input));
  return *dims;
}

Status compute(ComputeContext& context) {
  const Tensor& data = context.inputs[0];
  EW_ASSIGN(const IntList shape, intList(context, 1, "shape"));
  EW_ASSIGN(Dims dims, targetDims(data.dims(), shape.values, context.node.attributes.getInt("allowzero", 0) != 0));
  context.outputs[0] = data.reshaped(std::move(dims));
  return {};
}

}  // namespace

OpDef reshapeOp() { return {.name = "Reshape", .infer = infer, .compute = compute, .cost = movesOnly}; }

}  // namespace ew::ops
