// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <limits>

#include "core/ops/cost.h"
#include "core/ops/inference.h"
#include "core/ops/moments.h"

namespace ew::ops {
namespace {

Result<std::vector<std::int64_t>> pooledShape(const Node& node) {
  const std::vector<std::int64_t> pooled = node.attributes.getInts("pooled_shape");
  if (pooled.size() != 2 || pooled[0] < 1 || pooled[1] < 1 || pooled[0] > 65536 || pooled[1] > 65536) return invalid("pooled_shape is " + dimsText(pooled));
  return pooled;
}

Status infer(InferContext& context) {
  context.outputs[0].dtype = context.inputs[0].dtype;
  EW_ASSIGN(const auto pooled, pooledShape(context.node));
  EW_ASSIGN(const auto x, rankedShape(context, 0, 4, 4));
  EW_ASSIGN(const auto rois, rankedShape(context, 1, 2, 2));
  context.outputs[0].shape = Shape({rois ? (*rois)[0] : Dim(), x ? (*x)[1] : Dim(), Dim(pooled[0]), Dim(pooled[1])});
  return {};
}

/// Rows (or columns) first .. last - 1 of the image that bin `index` of `count` covers.
struct Bins {
  std::int64_t start = 0, extent = 1, count = 1, image = 0;

  std::int64_t first(std::int64_t index) const { return clamped(std::floor(static_cast<double>(index) * size())); }
  std::int64_t last(std::int64_t index) const { return clamped(std::ceil(static_cast<double>(index + 1) * size())); }

 private:
  double size() const { return static_cast<double>(extent) / static_cast<double>(count); }
  std::int64_t clamped(double offset) const { return std::clamp<std::int64_t>(static_cast<std::int64_t>(offset) + start, 0, image); }
};

/// Corners are rounded to whole pixels, half way from zero as in the first implementation; both belong to the region.
Bins binsOf(double begin, double end, double scale, std::int64_t count, std::int64_t image) {
  const auto pixel = [scale](double corner) { return static_cast<std::int64_t>(std::clamp(std::round(corner * scale), -1e9, 1e9)); };
  const std::int64_t start = pixel(begin);
  return {start, std::max<std::int64_t>(pixel(end) - start + 1, 1), count, image};
}

template <class T>
void poolRegion(const T* image, std::int64_t channels, const Bins& rows, const Bins& columns, T* to) {
  for (std::int64_t c = 0; c < channels; ++c, image += rows.image * columns.image)
    for (std::int64_t i = 0; i < rows.count; ++i)
      for (std::int64_t j = 0; j < columns.count; ++j) {
        const std::int64_t top = rows.first(i), bottom = rows.last(i), left = columns.first(j), right = columns.last(j);
        double most = bottom > top && right > left ? -std::numeric_limits<double>::infinity() : 0;
        for (std::int64_t y = top; y < bottom; ++y)
          for (std::int64_t x = left; x < right; ++x) most = std::max(most, asDouble(image[y * columns.image + x]));
        *to++ = fromDouble<T>(most);
      }
}

Status compute(ComputeContext& context) {
  const Tensor &x = context.inputs[0], &rois = context.inputs[1];
  EW_ASSIGN(const auto pooled, pooledShape(context.node));
  if (x.rank() != 4 || rois.rank() != 2 || rois.dim(1) != 5) return invalid("X has the shape " + dimsText(x.dims()) + " and rois " + dimsText(rois.dims()) + ", not (N,C,H,W) and (R,5)");
  EW_ASSIGN(Tensor y, Tensor::create(x.dtype(), {rois.dim(0), x.dim(1), pooled[0], pooled[1]}));
  if (work({y.size(), x.dim(2) + 1, x.dim(3) + 1}) > (std::int64_t{1} << 40)) return limitReached("pooling takes over 2^40 steps");
  EW_ASSIGN(const std::vector<double> regions, toDoubles(rois));
  for (const double number : regions)
    if (!std::isfinite(number)) return invalid("rois holds values that are not finite");
  const double scale = static_cast<double>(context.node.attributes.getFloat("spatial_scale", 1));
  const std::int64_t inBatch = work({x.dim(1), x.dim(2), x.dim(3)}), inRegion = work({x.dim(1), pooled[0], pooled[1]});
  for (std::int64_t r = 0; r < rois.dim(0); ++r) {
    const double* region = regions.data() + r * 5;
    if (region[0] < 0 || region[0] >= static_cast<double>(x.dim(0))) return invalid("region " + std::to_string(r) + " belongs to no image");
    const Bins rows = binsOf(region[2], region[4], scale, pooled[0], x.dim(2)), columns = binsOf(region[1], region[3], scale, pooled[1], x.dim(3));
    EW_TRY(dispatchFloat(x.dtype(), [&]<class T>() {
      poolRegion<T>(x.data<T>().data() + static_cast<std::int64_t>(region[0]) * inBatch, x.dim(1), rows, columns, y.mutableData<T>().data() + r * inRegion);
    }));
  }
  context.outputs[0] = std::move(y);
  return {};
}

}  // namespace

OpDef maxRoiPoolOp() { return {.name = "MaxRoiPool", .infer = infer, .compute = compute, .requiredInputs = 2, .mostInputs = 2}; }

}  // namespace ew::ops
