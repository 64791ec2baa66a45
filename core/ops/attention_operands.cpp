// SPDX-License-Identifier: Apache-2.0
#include "core/ops/extent.h"
#include "core/ops/attention_operands.h"

#include <algorithm>
#include <array>
#include <limits>

#include "core/base/checked.h"
#include "core/ops/broadcast.h"
#include "core/ops/cast_elements.h"
#include "core/ops/dispatch.h"
#include "core/ops/inference.h"

namespace ew::ops {
namespace {

/// Q, K or V: four axes as they are, three axes with the heads packed into the last one.
Result<AttentionHeads> unpackHeads(const Tensor& tensor, std::int64_t heads, const char* name) {
  EW_TRY(dispatchFloat(tensor.dtype(), []<class T>() {}));
  AttentionHeads out;
  if (tensor.rank() == 4) {
    out = {tensor.dim(0), tensor.dim(1), tensor.dim(2), tensor.dim(3), {}};
    EW_ASSIGN(out.values, toDoubles(tensor));
    return out;
  }
  if (tensor.rank() != 3 || heads < 1 || tensor.dim(2) % heads != 0)
    return invalid(std::string(name) + " of shape " + dimsText(tensor.dims()) + " does not hold " + std::to_string(heads) + " heads");
  out = {tensor.dim(0), heads, tensor.dim(1), tensor.dim(2) / heads, {}};
  EW_ASSIGN(const std::vector<double> packed, toDoubles(tensor));
  out.values.resize(packed.size());
  auto from = packed.begin();
  for (std::int64_t b = 0; b < out.batch && !packed.empty(); ++b)
    for (std::int64_t i = 0; i < out.length; ++i)
      for (std::int64_t h = 0; h < heads; ++h, from += out.size) std::copy_n(from, out.size, out.row(b, h, i));
  return out;
}

/// `past`, then `now`, along the length.
Result<AttentionHeads> joined(const Tensor& past, const AttentionHeads& now, const char* name) {
  EW_ASSIGN(const AttentionHeads before, unpackHeads(past, now.heads, name));
  if (past.rank() != 4 || before.batch != now.batch || before.heads != now.heads || before.size != now.size)
    return invalid(std::string(name) + " of shape " + dimsText(past.dims()) + " does not continue");
  AttentionHeads out{now.batch, now.heads, before.length + now.length, now.size, {}};
  EW_TRY(Tensor::create(DType::f64, {out.batch, out.heads, out.length, out.size}));
  out.values.resize(before.values.size() + now.values.size());
  for (std::int64_t b = 0; b < out.batch && !out.values.empty(); ++b)
    for (std::int64_t h = 0; h < out.heads; ++h) {
      std::copy_n(before.values.data() + before.at(b, h, 0), before.length * out.size, out.row(b, h, 0));
      std::copy_n(now.values.data() + now.at(b, h, 0), now.length * out.size, out.row(b, h, before.length));
    }
  return out;
}

Status readMask(const Tensor& tensor, AttentionOperands& operands) {
  AttentionMask& mask = operands.mask;
  if (tensor.rank() < 1 || tensor.rank() > 4) return invalid("attn_mask of shape " + dimsText(tensor.dims()));
  const Dims full{operands.q.batch, operands.q.heads, operands.q.length, tensor.dims().back()};
  if (!broadcastsTo(tensor.dims(), full) || full[3] > operands.k.length)
    return invalid("attn_mask of shape " + dimsText(tensor.dims()) + " does not fit " + dimsText({full[0], full[1], full[2], operands.k.length}));
  mask.given = true;
  mask.keys = full[3];
  mask.strides = broadcastStrides(tensor.dims(), full);
  if (tensor.dtype() == DType::boolean) {
    for (const std::uint8_t allowed : tensor.data<std::uint8_t>()) mask.values.push_back(allowed != 0 ? 0 : -std::numeric_limits<double>::infinity());
    return {};
  }
  EW_TRY(dispatchNumber(tensor.dtype(), []<class T>() {}));
  EW_ASSIGN(mask.values, toDoubles(tensor));
  return {};
}

Status readLengths(const Tensor& tensor, AttentionOperands& operands) {
  if (!isInteger(tensor.dtype()) || tensor.dims() != Dims{operands.q.batch})
    return invalid("nonpad_kv_seqlen must be " + std::to_string(operands.q.batch) + " integers, not of shape " + dimsText(tensor.dims()));
  EW_ASSIGN(operands.lengths, toInts(tensor));
  for (const std::int64_t length : operands.lengths)
    if (length < 0 || length > operands.k.length) return invalid("nonpad_kv_seqlen has the value " + std::to_string(length) + " of " + std::to_string(operands.k.length) + " keys");
  return {};
}

Status checkHeads(const AttentionOperands& operands) {
  const AttentionHeads &q = operands.q, &k = operands.k, &v = operands.v;
  const bool fits = q.batch == k.batch && q.batch == v.batch && q.size == k.size && k.length == v.length && k.heads == v.heads;
  if (!fits || k.heads < 1 || q.heads % k.heads != 0 || q.heads < 1) return invalid("Q, K and V do not match in batch, heads or sizes");
  return {};
}

}  // namespace

double AttentionMask::at(std::int64_t b, std::int64_t h, std::int64_t i, std::int64_t j) const {
  if (!given) return 0;
  if (j >= keys) return -std::numeric_limits<double>::infinity();
  return values[static_cast<std::size_t>(b * strides[0] + h * strides[1] + i * strides[2] + j * strides[3])];
}

Result<AttentionOperands> readAttention(const ComputeContext& context) {
  const Attributes& attributes = context.node.attributes;
  const std::int64_t keyHeads = attributes.getInt("kv_num_heads", 0);
  AttentionOperands out;
  EW_ASSIGN(out.q, unpackHeads(context.inputs[0], attributes.getInt("q_num_heads", 0), "Q"));
  EW_ASSIGN(out.k, unpackHeads(context.inputs[1], keyHeads, "K"));
  EW_ASSIGN(out.v, unpackHeads(context.inputs[2], keyHeads, "V"));
  if (context.has(4) != context.has(5)) return invalid("past_key and past_value come together");
  if (context.has(4)) {
    EW_ASSIGN(out.k, joined(context.inputs[4], out.k, "past_key"));
    EW_ASSIGN(out.v, joined(context.inputs[5], out.v, "past_value"));
    out.past = context.inputs[4].dim(2);
  }
  EW_TRY(checkHeads(out));
  if (context.has(3)) EW_TRY(readMask(context.inputs[3], out));
  if (context.has(6)) EW_TRY(readLengths(context.inputs[6], out));
  return out;
}

Result<Tensor> packHeads(const AttentionHeads& heads, DType type, bool packed) {
  const Dims dims = packed ? Dims{heads.batch, heads.length, heads.heads * heads.size} : Dims{heads.batch, heads.heads, heads.length, heads.size};
  EW_ASSIGN(Tensor wide, Tensor::create(DType::f64, dims));
  auto to = wide.mutableData<double>().begin();
  if (!packed) {
    std::ranges::copy(heads.values, to);
  } else if (!heads.values.empty()) {
    for (std::int64_t b = 0; b < heads.batch; ++b)
      for (std::int64_t i = 0; i < heads.length; ++i)
        for (std::int64_t h = 0; h < heads.heads; ++h) to = std::copy_n(heads.row(b, h, i), heads.size, to);
  }
  return castElements(wide, type);
}

namespace {

/// Axes of an operand as batch, heads, length, size.
std::vector<Dim> headDims(const Shape& shape, std::int64_t heads) {
  if (shape.rank() == 4) return shape.dims();
  const bool fits = heads > 0 && shape[2].known();
  return {shape[0], heads > 0 ? Dim(heads) : Dim(), shape[1], fits ? Dim(shape[2].extent / heads) : Dim()};
}

/// The length behind a past: the sum of both.
Dim joinedLength(const InferContext& context, std::size_t past, const Dim& now) {
  if (!context.has(past)) return now;
  const auto& shape = context.inputs[past].shape;
  return shape && shape->rank() == 4 ? sumOf((*shape)[2], now) : Dim();
}

}  // namespace

Status inferAttention(InferContext& context) {
  for (std::size_t i = 0; i < context.outputs.size(); ++i) context.outputs[i].dtype = context.inputs[i == 1 || i == 2 ? i : 0].dtype;
  EW_ASSIGN(const std::optional<Shape> q, rankedShape(context, 0, 3, 4));
  EW_ASSIGN(const std::optional<Shape> k, rankedShape(context, 1, 3, 4));
  EW_ASSIGN(const std::optional<Shape> v, rankedShape(context, 2, 3, 4));
  if (!q || !k || !v) return {};
  const std::int64_t keyHeads = context.node.attributes.getInt("kv_num_heads", 0);
  const std::vector<Dim> query = headDims(*q, context.node.attributes.getInt("q_num_heads", 0));
  std::vector<Dim> key = headDims(*k, keyHeads), value = headDims(*v, keyHeads);
  key[2] = joinedLength(context, 4, key[2]);
  value[2] = joinedLength(context, 5, value[2]);
  if (q->rank() == 4) {
    context.outputs[0].shape = Shape(std::vector<Dim>{query[0], query[1], query[2], value[3]});
  } else {
    const auto width = query[1].known() && value[3].known() ? checkedMul(query[1].extent, value[3].extent) : std::nullopt;
    context.outputs[0].shape = Shape(std::vector<Dim>{query[0], query[2], width ? Dim(*width) : Dim()});
  }
  const std::array<std::vector<Dim>, 3> further{key, value, {query[0], query[1], query[2], key[2]}};
  for (std::size_t i = 1; i < std::min<std::size_t>(context.outputs.size(), 4); ++i) context.outputs[i].shape = Shape(further[i - 1]);
  return {};
}

}  // namespace ew::ops
