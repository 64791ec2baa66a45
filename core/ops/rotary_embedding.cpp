// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/ops/cast_elements.h"
#include "core/ops/dispatch.h"
#include "core/ops/indices.h"
#include "core/ops/inference.h"

namespace ew::ops {
namespace {

/// The input as batch x sequence x heads rows of `size` elements, of which the first `rotated` turn.
struct Rows {
  std::int64_t batch, sequence, heads, size, rotated;
  bool headsFirst;  ///< four axes: heads come before the sequence

  std::int64_t first(std::int64_t b, std::int64_t s, std::int64_t h) const {
    return (headsFirst ? (b * heads + h) * sequence + s : (b * sequence + s) * heads + h) * size;
  }
};

Result<Rows> rowsOf(const Node& node, const Tensor& x) {
  Rows rows{};
  if (x.rank() == 4) {
    rows = {x.dim(0), x.dim(2), x.dim(1), x.dim(3), 0, true};
  } else {
    const std::int64_t heads = node.attributes.getInt("num_heads", 0);
    if (x.rank() != 3 || heads < 1 || x.dim(2) % heads != 0)
      return invalid("X of shape " + dimsText(x.dims()) + " does not hold " + std::to_string(heads) + " heads");
    rows = {x.dim(0), x.dim(1), heads, x.dim(2) / heads, 0, false};
  }
  const std::int64_t rotated = node.attributes.getInt("rotary_embedding_dim", 0);
  rows.rotated = rotated == 0 ? rows.size : rotated;
  if (rows.rotated < 0 || rows.rotated > rows.size || rows.rotated % 2 != 0)
    return invalid("rotary_embedding_dim " + std::to_string(rows.rotated) + " of heads of " + std::to_string(rows.size));
  return rows;
}

/// For each token, the row of the caches that it uses; the caches are batch x sequence rows when there is no operand.
Result<std::vector<std::int64_t>> cacheRows(const ComputeContext& context, const Rows& rows) {
  const Tensor& cosines = context.inputs[1];
  const std::int64_t half = rows.rotated / 2;
  if (cosines.dims() != context.inputs[2].dims() || cosines.rank() < 2 || cosines.dim(cosines.rank() - 1) != half)
    return invalid("cos_cache of shape " + dimsText(cosines.dims()) + " and sin_cache of shape " + dimsText(context.inputs[2].dims()) +
                   " must have rows of " + std::to_string(half));
  if (!context.has(3)) {
    if (cosines.dims() != Dims{rows.batch, rows.sequence, half}) return invalid("cos_cache of shape " + dimsText(cosines.dims()) + " without position_ids");
    std::vector<std::int64_t> own;
    for (std::int64_t i = 0; i < rows.batch * rows.sequence; ++i) own.push_back(i);
    return own;
  }
  if (cosines.rank() != 2 || context.inputs[3].dims() != Dims{rows.batch, rows.sequence})
    return invalid("position_ids of shape " + dimsText(context.inputs[3].dims()) + " for cos_cache of shape " + dimsText(cosines.dims()));
  return axisIndices(context.inputs[3], cosines.dim(0), "position_ids");
}

Status compute(ComputeContext& context) {
  const Tensor& x = context.inputs[0];
  EW_TRY(dispatchFloat(x.dtype(), []<class T>() {}));
  EW_ASSIGN(const Rows rows, rowsOf(context.node, x));
  if (x.size() == 0) {
    context.outputs[0] = x;
    return {};
  }
  EW_ASSIGN(const std::vector<std::int64_t> positions, cacheRows(context, rows));
  EW_ASSIGN(std::vector<double> values, toDoubles(x));
  EW_ASSIGN(const std::vector<double> cosines, toDoubles(context.inputs[1]));
  EW_ASSIGN(const std::vector<double> sines, toDoubles(context.inputs[2]));
  const bool interleaved = context.node.attributes.getInt("interleaved", 0) != 0;
  const std::int64_t half = rows.rotated / 2;
  for (std::int64_t b = 0; b < rows.batch; ++b)
    for (std::int64_t s = 0; s < rows.sequence; ++s)
      for (std::int64_t h = 0; h < rows.heads; ++h) {
        double* row = values.data() + rows.first(b, s, h);
        const std::int64_t cache = positions[static_cast<std::size_t>(b * rows.sequence + s)] * half;
        for (std::int64_t i = 0; i < half; ++i) {
          double& left = row[interleaved ? 2 * i : i];
          double& right = row[interleaved ? 2 * i + 1 : half + i];
          const double cosine = cosines[static_cast<std::size_t>(cache + i)], sine = sines[static_cast<std::size_t>(cache + i)];
          const double turned = cosine * left - sine * right;
          right = sine * left + cosine * right;
          left = turned;
        }
      }
  EW_ASSIGN(Tensor wide, Tensor::create(DType::f64, x.dims()));
  std::copy(values.begin(), values.end(), wide.mutableData<double>().begin());
  EW_ASSIGN(context.outputs[0], castElements(wide, x.dtype()));
  return {};
}

}  // namespace

OpDef rotaryEmbeddingOp() {
  return {.name = "RotaryEmbedding", .sinceVersion = 23, .infer = inferSameAsInput, .compute = compute, .requiredInputs = 3};
}

}  // namespace ew::ops
