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

Status checkElementIndices(const Tensor& data, const Tensor& indices, std::size_t axis) {
  bool fits = indices.rank() == data.rank();
  for (std::size_t i = 0; fits && i < data.rank(); ++i) fits = i == axis || indices.dim(i) <= data.dim(i);
  if (fits) return {};
  return invalid("indices of shape " + dimsText(indices.dims()) + " do not fit into data of shape " + dimsText(data.dims()));
}

namespace {

Status checkBlocks(const Tensor& data, const Tensor& indices, std::size_t batch) {
  const std::string shapes = "indices of shape " + dimsText(indices.dims()) + " and data of shape " + dimsText(data.dims());
  if (indices.dtype() != DType::i64 && indices.dtype() != DType::i32)
    return invalid("indices must be int32 or int64, not " + std::string(dtypeName(indices.dtype())));
  if (indices.rank() <= batch || data.rank() <= batch)
    return invalid(shapes + " have no axes behind " + std::to_string(batch) + " batch axes");
  for (std::size_t i = 0; i < batch; ++i)
    if (indices.dim(i) != data.dim(i)) return invalid(shapes + " differ in batch axis " + std::to_string(i));
  const std::int64_t depth = indices.dim(indices.rank() - 1);
  if (depth > static_cast<std::int64_t>(data.rank() - batch)) return invalid(shapes + ": an index names more axes than there are");
  return {};
}

}  // namespace

Result<BlockIndices> blockIndices(const Tensor& data, const Tensor& indices, std::size_t batch) {
  EW_TRY(checkBlocks(data, indices, batch));
  const auto depth = static_cast<std::size_t>(indices.dim(indices.rank() - 1));
  BlockIndices out;
  out.block.assign(data.dims().begin() + static_cast<std::ptrdiff_t>(batch + depth), data.dims().end());
  const Dims rows(indices.dims().begin(), indices.dims().end() - 1);
  const std::int64_t count = elementCount(rows);
  if (count > (std::int64_t{1} << 27)) return limitReached("indices of shape " + dimsText(indices.dims()) + " have too many rows");
  // A batch without elements has no rows, and no batch to divide into.
  const std::int64_t batches = elementCount(Dims(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(batch)));
  const std::int64_t rowsPerBatch = count == 0 ? 1 : count / batches;
  const Dims strides = stridesOf(data.dims());
  const std::int64_t batchStride = batch == 0 ? 0 : strides[batch - 1];
  EW_ASSIGN(const std::vector<std::int64_t> values, toInts(indices));
  for (std::int64_t row = 0; row < count; ++row) {
    std::int64_t offset = row / rowsPerBatch * batchStride;
    for (std::size_t i = 0; i < depth; ++i) {
      EW_ASSIGN(const std::int64_t index, axisIndex(values[static_cast<std::size_t>(row) * depth + i], data.dim(batch + i)));
      offset += index * strides[batch + i];
    }
    out.offsets.push_back(offset);
  }
  return out;
}

}  // namespace ew::ops
