// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/ops/op.h"

namespace ew::ops {

/// The elements of an int32 or int64 operand that counts along an axis of `extent`, negative ones from its end, as
/// 0 .. extent - 1. Invalid, with the value, when one is outside.
Result<std::vector<std::int64_t>> axisIndices(const Tensor& indices, std::int64_t extent, const std::string& name = "indices");

/// One index in -extent .. extent - 1 as 0 .. extent - 1.
Result<std::int64_t> axisIndex(std::int64_t index, std::int64_t extent, const std::string& name = "indices");

/// GatherElements and ScatterElements: the indices have the rank of the data and fit into it but for `axis`.
Status checkElementIndices(const Tensor& data, const Tensor& indices, std::size_t axis);

/// GatherND and ScatterND: each row of the last axis of `indices` names an element, or a block of the trailing axes,
/// of the data behind `batch` leading axes that both share. Offsets of the blocks in elements, one a row.
struct BlockIndices {
  std::vector<std::int64_t> offsets;
  Dims block;                        ///< extents of one block
};
Result<BlockIndices> blockIndices(const Tensor& data, const Tensor& indices, std::size_t batch);

}  // namespace ew::ops
