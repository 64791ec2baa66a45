// SPDX-License-Identifier: Apache-2.0
#include "core/ops/indices.h"

namespace ew::ops {

Result<std::int64_t> axisIndex(std::int64_t index, std::int64_t extent, const std::string& name) {
  if (index < -extent || index >= extent)
    return invalid(name + " has the value " + std::to_string(index) + ", outside an extent of " + std::to_string(extent));
  return index < 0 ? index + extent : index;
}

Result<std::vector<std::int64_t>> axisIndices(const Tensor& indices, std::int64_t extent, const std::string& name) {
  if (indices.dtype() != DType::i64 && indices.dtype() != DType::i32)
    return invalid(name + " must be int32 or int64, not " + std::string(dtypeName(indices.dtype())));
  EW_ASSIGN(std::vector<std::int64_t> out, toInts(indices));
  for (std::int64_t& index : out) {
    EW_ASSIGN(index, axisIndex(index, extent, name));
  }
  return out;
}

}  // namespace ew::ops
