// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/ops/broadcast.h"
#include "core/ops/dispatch.h"
#include "core/ops/int_operand.h"

namespace ew::ops {
namespace {

/// N, then the spatial extents, then coordinates: from size N x C x spatial extents.
Result<Dims> gridDims(const std::vector<std::int64_t>& size) {
  if (size.size() != 4 && size.size() != 5) return invalid("size has " + std::to_string(size.size()) + " entries, not 4 or 5");
  Dims dims{size[0]};
  dims.insert(dims.end(), size.begin() + 2, size.end());
  dims.push_back(static_cast<std::int64_t>(size.size()) - 2);
  return dims;
}

Status infer(InferContext& context) {
  context.outputs[0].dtype = context.inputs[0].dtype;
  const auto size = context.constantInts(1);
  if (!size) {
    // The size is N, C, H, W, or N, C, D, H, W; the grid has N, H, W and 2 coordinates, or N, D, H, W and 3.
    const auto& operand = context.inputs[1].shape;
    const std::int64_t count = operand && operand->rank() == 1 ? (*operand)[0].extent : -1;
    if (count != 4 && count != 5) return {};
    std::vector<Dim> dims(static_cast<std::size_t>(count));
    if (const auto known = context.knownElements(1); known && std::ssize(*known) == count) {
      std::copy(known->begin() + 2, known->end(), dims.begin() + 1);
      dims[0] = (*known)[0];
    }
    dims.back() = Dim(count - 2);
    context.outputs[0].shape = Shape(std::move(dims));
    return {};
  }
  EW_ASSIGN(Dims dims, gridDims(*size));
  context.outputs[0].shape = Shape(dims);
  return {};
}

/// Position `index` of `extent`, where -1 and 1 are the centres of the outer pixels, or their outer edges.
double coordinate(std::int64_t index, std::int64_t extent, bool alignCorners) {
  const auto i = static_cast<double>(index), n = static_cast<double>(extent);
  if (alignCorners) return extent == 1 ? 0 : -1 + 2 * i / (n - 1);
  return (2 * i + 1) / n - 1;
}

template <class T>
void fill(const Tensor& theta, Tensor& grid, bool alignCorners) {
  const std::span<const T> matrix = theta.data<T>();
  const std::span<T> to = grid.mutableData<T>();
  const std::size_t rank = grid.rank() - 2;
  const Dims points(grid.dims().begin(), grid.dims().end() - 1);
  Walk<1> walk(points, {Dims(points.size(), 0)});
  for (std::size_t at = 0; at < to.size(); at += rank, walk.next())
    for (std::size_t row = 0; row < rank; ++row) {
      const std::size_t first = (static_cast<std::size_t>(walk.index(0)) * rank + row) * (rank + 1);
      double sum = static_cast<double>(static_cast<Wide<T>>(matrix[first + rank]));
      // x, the first coordinate, runs along the last axis.
      for (std::size_t k = 0; k < rank; ++k)
        sum += static_cast<double>(static_cast<Wide<T>>(matrix[first + k])) * coordinate(walk.index(rank - k), points[rank - k], alignCorners);
      to[at + row] = static_cast<T>(static_cast<Wide<T>>(sum));
    }
}

Status compute(ComputeContext& context) {
  const Tensor& theta = context.inputs[0];
  EW_ASSIGN(const std::vector<std::int64_t> size, intsOf(context.inputs[1], "size"));
  EW_ASSIGN(Dims dims, gridDims(size));
  const std::int64_t rank = dims.back();
  if (theta.dims() != Dims{dims[0], rank, rank + 1})
    return invalid("theta has the shape " + dimsText(theta.dims()) + ", not " + dimsText({dims[0], rank, rank + 1}));
  EW_ASSIGN(Tensor grid, Tensor::create(theta.dtype(), std::move(dims)));
  const bool alignCorners = context.node.attributes.getInt("align_corners", 0) != 0;
  EW_TRY(dispatchFloat(theta.dtype(), [&]<class T>() { fill<T>(theta, grid, alignCorners); }));
  context.outputs[0] = std::move(grid);
  return {};
}

}  // namespace

OpDef affineGridOp() {
  return {.name = "AffineGrid", .sinceVersion = 20, .infer = infer, .compute = compute, .requiredInputs = 2};
}

}  // namespace ew::ops
