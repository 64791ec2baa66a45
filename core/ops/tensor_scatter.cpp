// SPDX-License-Identifier: Apache-2.0
#include "core/ops/attributes.h"
#include "core/ops/inference.h"
#include "core/ops/move.h"

namespace ew::ops {
namespace {

/// Where in the cache each batch begins to write; zeros without the operand.
Result<std::vector<std::int64_t>> writeIndices(const ComputeContext& context, std::int64_t batch) {
  if (!context.has(2)) return std::vector<std::int64_t>(static_cast<std::size_t>(batch), 0);
  const Tensor& indices = context.inputs[2];
  if (!isInteger(indices.dtype()) || indices.dims() != Dims{batch})
    return invalid("write_indices must be " + std::to_string(batch) + " integers, not of shape " + dimsText(indices.dims()));
  return toInts(indices);
}

Status compute(ComputeContext& context) {
  const Tensor& update = context.inputs[1];
  Tensor cache = context.inputs[0];
  EW_ASSIGN(const std::size_t axis, normalizedAxis(context.node.attributes.getInt("axis", -2), cache.rank()));
  if (axis == 0) return invalid("axis is the batch");
  const std::int64_t room = cache.dim(axis);
  Dims expected = cache.dims();
  if (update.rank() == expected.size()) expected[axis] = update.dim(axis);
  if (update.dtype() != cache.dtype() || update.dims() != expected || update.dim(axis) > room)
    return invalid("update of shape " + dimsText(update.dims()) + " does not fit into past_cache of shape " + dimsText(cache.dims()));
  const std::string mode = context.node.attributes.getString("mode", "linear");
  if (mode != "linear" && mode != "circular") return invalid("mode is '" + mode + "', not linear or circular");
  if (update.size() == 0) {
    context.outputs[0] = std::move(cache);
    return {};
  }
  EW_ASSIGN(const std::vector<std::int64_t> indices, writeIndices(context, cache.dim(0)));
  const Dims strides = stridesOf(update.dims());
  const std::int64_t run = strides[axis];
  const std::int64_t blocks = update.size() / run / update.dim(axis);
  for (std::int64_t block = 0; block < blocks; ++block) {
    const std::int64_t start = indices[static_cast<std::size_t>(block * cache.dim(0) / blocks)];
    if (start < 0 || (mode == "linear" && start > room - update.dim(axis)))
      return invalid("write_indices has the value " + std::to_string(start) + " for a cache of " + std::to_string(room));
    for (std::int64_t s = 0; s < update.dim(axis); ++s)
      copyRun(update, (block * update.dim(axis) + s) * run, cache, (block * room + (start % room + s) % room) * run, run);
  }
  context.outputs[0] = std::move(cache);
  return {};
}

}  // namespace

OpDef tensorScatterOp() {
  return {.name = "TensorScatter", .sinceVersion = 24, .infer = inferSameAsInput, .compute = compute, .cost = movesOnly, .requiredInputs = 2};
}

}  // namespace ew::ops
