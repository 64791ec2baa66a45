// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/ops/op.h"

namespace ew::ops {

/// batch x heads x length rows of `size` numbers.
struct AttentionHeads {
  std::int64_t batch = 0, heads = 0, length = 0, size = 0;
  std::vector<double> values;

  std::size_t at(std::int64_t b, std::int64_t h, std::int64_t i) const { return static_cast<std::size_t>(((b * heads + h) * length + i) * size); }
  const double* row(std::int64_t b, std::int64_t h, std::int64_t i) const { return values.data() + at(b, h, i); }
  double* row(std::int64_t b, std::int64_t h, std::int64_t i) { return values.data() + at(b, h, i); }
};

/// Operand attn_mask, broadcast to batch x heads x queries x keys. Keys beyond its last axis are blocked.
struct AttentionMask {
  bool given = false;
  std::int64_t keys = 0;
  std::vector<std::int64_t> strides;  ///< of the four axes
  std::vector<double> values;         ///< a bool mask as 0 and minus infinity

  double at(std::int64_t b, std::int64_t h, std::int64_t i, std::int64_t j) const;
};

struct AttentionOperands {
  AttentionHeads q, k, v;             ///< k and v with the past before them
  AttentionMask mask;
  std::vector<std::int64_t> lengths;  ///< operand nonpad_kv_seqlen, empty without it
  std::int64_t past = 0;              ///< keys of past_key

  /// Valid keys before the first query.
  std::int64_t offset(std::int64_t batch) const { return lengths.empty() ? past : lengths[static_cast<std::size_t>(batch)] - q.length; }
};

Result<AttentionOperands> readAttention(const ComputeContext& context);
/// batch x heads x length x size, or, packed, batch x length x (heads * size).
Result<Tensor> packHeads(const AttentionHeads& heads, DType type, bool packed);
Status inferAttention(InferContext& context);

}  // namespace ew::ops
