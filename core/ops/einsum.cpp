// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cassert>

#include "core/ops/cost.h"
#include "core/ops/dispatch.h"
#include "core/ops/einsum_equation.h"
#include "core/ops/inference.h"

namespace ew::ops {
namespace {

constexpr std::int64_t maxWork = std::int64_t{1} << 38;

Status infer(InferContext& context) {
  context.outputs[0].dtype = context.inputs[0].dtype;
  std::vector<std::size_t> ranks;
  for (const ValueFacts& input : context.inputs) {
    if (!input.shape) return {};
    ranks.push_back(input.shape->rank());
  }
  EW_ASSIGN(const EinsumEquation equation, parseEinsum(context.node.attributes.getString("equation", ""), ranks));
  std::vector<Shape> extents(equation.labels, Shape(std::vector<Dim>{Dim(1)}));
  for (std::size_t i = 0; i < ranks.size(); ++i)
    for (std::size_t axis = 0; axis < ranks[i]; ++axis) {
      Shape& extent = extents[equation.inputs[i][axis]];
      EW_ASSIGN(extent, broadcastShapes(std::array{extent, Shape(std::vector<Dim>{(*context.inputs[i].shape)[axis]})}));
    }
  std::vector<Dim> dims;
  for (const std::size_t label : equation.output) dims.push_back(extents[label][0]);
  context.outputs[0].shape = Shape(std::move(dims));
  return {};
}

Result<Dims> labelExtents(const EinsumEquation& equation, std::span<const Dims> inputs) {
  Dims extents(equation.labels, 1);
  for (std::size_t i = 0; i < inputs.size(); ++i)
    for (std::size_t axis = 0; axis < inputs[i].size(); ++axis) {
      std::int64_t& extent = extents[equation.inputs[i][axis]];
      if (extent == 1) extent = inputs[i][axis];
      else if (inputs[i][axis] != 1 && inputs[i][axis] != extent)
        return invalid("extents " + std::to_string(extent) + " and " + std::to_string(inputs[i][axis]) + " of one label differ");
    }
  return extents;
}

/// How an operand (or the output) moves when a label counts up. A label that it repeats steps along its diagonal.
Dims labelStrides(const std::vector<std::size_t>& labels, const Dims& dims, std::size_t count) {
  const Dims own = stridesOf(dims);
  Dims out(count, 0);
  for (std::size_t axis = 0; axis < labels.size(); ++axis)
    if (dims[axis] != 1) out[labels[axis]] += own[axis];
  return out;
}

/// All index tuples of all labels, the product of the operands added to the element of the output.
template <class A>
void contract(const std::vector<std::vector<A>>& operands, const std::vector<Dims>& strides, const Dims& outStrides,
              const Dims& extents, std::vector<A>& out) {
  std::vector<std::int64_t> at(operands.size(), 0);
  std::int64_t to = 0;
  Dims index(extents.size(), 0);
  for (std::int64_t left = elementCount(extents); left > 0; --left) {
    A product = 1;
    for (std::size_t k = 0; k < operands.size(); ++k) product *= operands[k][static_cast<std::size_t>(at[k])];
    out[static_cast<std::size_t>(to)] += product;
    for (std::size_t label = extents.size(); label-- > 0;) {
      const bool wraps = ++index[label] == extents[label];
      const std::int64_t steps = wraps ? 1 - extents[label] : 1;
      for (std::size_t k = 0; k < operands.size(); ++k) at[k] += steps * strides[k][label];
      to += steps * outStrides[label];
      if (!wraps) break;
      index[label] = 0;
    }
  }
}

/// Labels with a single index say nothing; leaving them out keeps the loop short.
void dropSingles(Dims& extents, std::vector<Dims>& strides, Dims& outStrides) {
  Dims kept;
  for (std::size_t label = 0; label < extents.size(); ++label) {
    if (extents[label] == 1) continue;
    for (Dims& s : strides) s[kept.size()] = s[label];
    outStrides[kept.size()] = outStrides[label];
    kept.push_back(extents[label]);
  }
  extents = std::move(kept);
}

template <class A>
void store(const std::vector<A>& values, Tensor& out) {
  const Status stored = dispatchNumber(out.dtype(), [&]<class T>() {
    const std::span<T> to = out.mutableData<T>();
    for (std::size_t i = 0; i < to.size(); ++i) to[i] = static_cast<T>(static_cast<Wide<T>>(values[i]));
  });
  assert(stored.ok());
  (void)stored;
}

template <class A, class Read>
Status computeIn(const ComputeContext& context, const EinsumEquation& equation, Dims extents, Tensor& out, Read read) {
  std::vector<std::vector<A>> operands;
  std::vector<Dims> strides;
  for (std::size_t i = 0; i < context.inputs.size(); ++i) {
    EW_ASSIGN(const auto values, read(context.inputs[i]));
    operands.emplace_back(values.begin(), values.end());
    strides.push_back(labelStrides(equation.inputs[i], context.inputs[i].dims(), equation.labels));
  }
  Dims outStrides = labelStrides(equation.output, out.dims(), equation.labels);
  dropSingles(extents, strides, outStrides);
  std::vector<A> sums(static_cast<std::size_t>(out.size()), 0);
  contract(operands, strides, outStrides, extents, sums);
  store(sums, out);
  return {};
}

Status compute(ComputeContext& context) {
  std::vector<std::size_t> ranks;
  std::vector<Dims> inputs;
  const DType type = context.inputs[0].dtype();
  for (const Tensor& input : context.inputs) {
    if (input.dtype() != type) return invalid("the inputs differ in element type");
    ranks.push_back(input.rank());
    inputs.push_back(input.dims());
  }
  EW_TRY(dispatchNumber(type, []<class T>() {}));
  EW_ASSIGN(const EinsumEquation equation, parseEinsum(context.node.attributes.getString("equation", ""), ranks));
  EW_ASSIGN(const Dims extents, labelExtents(equation, inputs));
  if (work(extents) > maxWork) return limitReached("the equation takes over 2^38 multiplications");
  Dims dims;
  for (const std::size_t label : equation.output) dims.push_back(extents[label]);
  EW_ASSIGN(Tensor out, Tensor::create(type, std::move(dims)));
  if (isFloat(type)) EW_TRY(computeIn<double>(context, equation, extents, out, toDoubles));
  else EW_TRY(computeIn<std::uint64_t>(context, equation, extents, out, toInts));
  context.outputs[0] = std::move(out);
  return {};
}

Cost cost(const Node& node, std::span<const Dims> inputs, std::span<const Dims>) {
  std::vector<std::size_t> ranks;
  for (const Dims& dims : inputs) ranks.push_back(dims.size());
  const auto equation = parseEinsum(node.attributes.getString("equation", ""), ranks);
  if (!equation.ok()) return {};
  const auto extents = labelExtents(*equation, inputs);
  return extents.ok() ? Cost{work(*extents), 0} : Cost{};
}

}  // namespace

OpDef einsumOp() { return {.name = "Einsum", .sinceVersion = 12, .infer = infer, .compute = compute, .cost = cost}; }

}  // namespace ew::ops
