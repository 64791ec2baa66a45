// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

namespace ew::cpu {

/// Where float32 channels of pixels lie. Channels are innermost in blocks of `block`, or (block 1) each is a plane of
/// its own.
struct PixelLayout {
  std::int64_t block = 1;        ///< channels that lie side by side: a multiple of 4, or all of them, or 1
  std::int64_t pixelStride = 1;
  std::int64_t blockStride = 0;
  std::int64_t imageStride = 0;

  std::int64_t at(std::int64_t image, std::int64_t channel, std::int64_t pixel) const {
    return image * imageStride + channel / block * blockStride + channel % block + pixel * pixelStride;
  }
};

/// One generation of processors that the product is compiled for.
struct SparsePath {
  std::string_view name;
  std::int64_t lanes = 4;
};
/// Those that run here, best first; none on a processor that has no wide vectors.
std::span<const SparsePath> sparsePaths();

/// Weights [rows, columns] without their zeros: for each piece of the columns (so that the pixels of a piece stay in the
/// first cache) and each row, which columns and how much of them.
struct SparseWeights {
  struct Entry {
    std::uint32_t offset;  ///< of the column's pixels in the panel, in bytes
    float value;
  };
  std::int64_t rows = 0, columns = 0;
  std::vector<std::uint32_t> starts;  ///< [piece][row], and the end
  std::vector<Entry> entries;
  std::vector<float> bias;            ///< one a row
};
SparseWeights packSparse(std::span<const float> weights, std::int64_t rows, std::int64_t columns, std::span<const float> bias,
                         const SparsePath& path);

/// y = bounded(bounded(weights * x + bias) + residual) at each pixel.
struct SparseProduct {
  std::int64_t images = 1, pixels = 0;  ///< pixels of one image
  PixelLayout from, to;                 ///< `to` holds for the residual too
  float low = -std::numeric_limits<float>::infinity(), high = std::numeric_limits<float>::infinity();
  float lowAfter = -std::numeric_limits<float>::infinity(), highAfter = std::numeric_limits<float>::infinity();
};

/// Floats of scratch that each thread needs.
std::int64_t sparseScratch(const SparseWeights& weights, const SparsePath& path);

/// `residual` may be null, and may be y. `scratch` is for `threads` threads, aligned to 64 bytes. `dense` are the weights
/// with their zeros: pixels with infinite or undefined numbers are multiplied with all of them, as 0 * infinity is not 0.
void sparseProduct(const SparseProduct& what, const SparseWeights& weights, const float* dense, const SparsePath& path, const float* x,
                   const float* residual, float* y, float* scratch, int threads);

}  // namespace ew::cpu
