// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/loops/sparse_product.h"

#include <omp.h>

#include <algorithm>
#include <cmath>

#include "accel/cpu/loops/sparse_panel.h"

namespace ew::cpu {
namespace {

constexpr std::int64_t pieceColumns = 128;  // 128 columns of 4 vectors are 32 KiB of pixels

/// A panel: neighbouring pixels of one image, and some of the rows.
struct Panel {
  std::int64_t image = 0, first = 0, count = 0;
  std::int64_t row = 0, rows = 0;
};

/// The pixels of all images in panels of at most 4 vectors, about equal and as many for each thread. Where there are fewer
/// panels than threads the rows are shared out too.
class Panels {
 public:
  Panels(const SparseProduct& what, std::int64_t rows, std::int64_t lanes, int threads)
      : what_(what), rows_(rows), lanes_(lanes), vectors_((what.pixels + lanes - 1) / lanes) {
    each_ = (vectors_ + panelVectors - 1) / panelVectors;
    if (each_ * what.images < threads) split_ = std::clamp<std::int64_t>(threads / (each_ * what.images), 1, (rows + leastRows - 1) / leastRows);
    else if (what.images == 1) each_ = std::min(vectors_, (each_ + threads - 1) / threads * threads);
  }
  std::int64_t count() const { return each_ * what_.images * split_; }
  Panel at(std::int64_t index) const {
    const std::int64_t part = index % split_, i = index / split_ % each_;
    const std::int64_t first = vectors_ * i / each_ * lanes_, end = std::min(vectors_ * (i + 1) / each_ * lanes_, what_.pixels);
    const std::int64_t row = rowOf(part);
    return {index / split_ / each_, first, end - first, row, rowOf(part + 1) - row};
  }

 private:
  static constexpr std::int64_t leastRows = 16;  ///< a multiple of all blocks of channels
  std::int64_t rowOf(std::int64_t part) const { return part == split_ ? rows_ : rows_ * part / split_ / leastRows * leastRows; }

  const SparseProduct& what_;
  std::int64_t rows_, lanes_, vectors_, each_ = 0;  ///< panels of an image
  std::int64_t split_ = 1;
};

/// All products of a panel, zeros included, for pixels that are not finite.
void denseColumns(const SparseProduct& what, const SparseWeights& weights, const float* dense, const Panel& panel, const float* x,
                  float* tile, std::int64_t stride) {
  for (std::int64_t row = panel.row; row < panel.row + panel.rows; ++row)
    for (std::int64_t p = 0; p < panel.count; ++p) {
      float sum = weights.bias[static_cast<std::size_t>(row)];
      for (std::int64_t k = 0; k < weights.columns; ++k) sum += dense[row * weights.columns + k] * x[what.from.at(panel.image, k, panel.first + p)];
      tile[(row - panel.row) * stride + p] = sum;
    }
}

void panelProduct(const SparseProduct& what, const SparseWeights& weights, const float* dense, const PanelCode& code, const Panel& panel,
                  const float* x, const float* residual, float* y, float* scratch) {
  const std::int64_t stride = panelVectors * code.lanes;
  float* const pixels = scratch;
  float* const tile = scratch + pieceColumns * stride;
  const auto vectors = static_cast<std::size_t>((panel.count + code.lanes - 1) / code.lanes);
  bool finite = true;
  const std::uint32_t* starts = weights.starts.data() + panel.row;
  for (std::int64_t k = 0; k < weights.columns; k += pieceColumns, starts += weights.rows) {
    const std::int64_t count = std::min(pieceColumns, weights.columns - k);
    finite = code.gather(x, what.from, panel.image, panel.first, panel.count, k, count, pixels) && finite;
    code.multiply[vectors - 1](pixels, starts, weights.entries.data(), panel.rows, k == 0 ? weights.bias.data() + panel.row : nullptr, tile);
  }
  if (!finite) denseColumns(what, weights, dense, panel, x, tile, stride);
  const std::int64_t at = what.to.at(0, panel.row, 0);
  code.spread(tile, what, panel.image, panel.first, panel.count, panel.rows, residual != nullptr ? residual + at : nullptr, y + at);
}

}  // namespace

SparseWeights packSparse(std::span<const float> weights, std::int64_t rows, std::int64_t columns, std::span<const float> bias,
                         const SparsePath& path) {
  SparseWeights out;
  out.rows = rows;
  out.columns = columns;
  out.bias.assign(static_cast<std::size_t>(rows), 0.0F);
  std::copy(bias.begin(), bias.end(), out.bias.begin());
  const auto bytes = static_cast<std::uint32_t>(panelVectors * path.lanes * 4);
  for (std::int64_t first = 0; first < columns; first += pieceColumns)
    for (std::int64_t row = 0; row < rows; ++row) {
      out.starts.push_back(static_cast<std::uint32_t>(out.entries.size()));
      for (std::int64_t k = first; k < std::min(first + pieceColumns, columns); ++k) {
        const float value = weights[static_cast<std::size_t>(row * columns + k)];
        if (value != 0) out.entries.push_back({static_cast<std::uint32_t>(k - first) * bytes, value});
      }
    }
  out.starts.push_back(static_cast<std::uint32_t>(out.entries.size()));
  return out;
}

std::int64_t sparseScratch(const SparseWeights& weights, const SparsePath& path) {
  return (pieceColumns + weights.rows) * panelVectors * path.lanes;
}

void sparseProduct(const SparseProduct& what, const SparseWeights& weights, const float* dense, const SparsePath& path, const float* x,
                   const float* residual, float* y, float* scratch, int threads) {
  const PanelCode& code = panelCode(path);
  const Panels panels(what, weights.rows, path.lanes, threads);
  const std::int64_t count = panels.count();
  const std::int64_t each = sparseScratch(weights, path);
#pragma omp parallel for num_threads(static_cast<int>(std::min<std::int64_t>(threads, count))) schedule(static) if (threads > 1)
  for (std::int64_t i = 0; i < count; ++i)
    panelProduct(what, weights, dense, code, panels.at(i), x, residual, y, scratch + omp_get_thread_num() * each);
}

}  // namespace ew::cpu
