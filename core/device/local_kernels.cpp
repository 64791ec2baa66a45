// SPDX-License-Identifier: Apache-2.0
#include "core/device/local_kernels.h"

// One version for each generation of vector units; the loader picks. Elsewhere the compiler's default.
#if defined(__x86_64__) && defined(__gnu_linux__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__)
#define EW_CLONES __attribute__((target_clones("arch=icelake-server", "arch=skylake-avx512", "arch=haswell", "default")))
#else
#define EW_CLONES
#endif

namespace ew::device {

EW_CLONES void floatTile(const float* a, const float* b, float* c) {
  for (int row = 0; row < tileRows; row += 4) {
    for (int column = 0; column < tileColumns; column += 16) {
      float sums[4][16] = {};
      for (int k = 0; k < tileDepth; ++k)
        for (int i = 0; i < 4; ++i)
          for (int j = 0; j < 16; ++j) sums[i][j] += a[(row + i) * tileDepth + k] * b[k * tileColumns + column + j];
      for (int i = 0; i < 4; ++i)
        for (int j = 0; j < 16; ++j) c[(row + i) * tileColumns + column + j] += sums[i][j];
    }
  }
}

EW_CLONES void byteTile(const std::uint8_t* a, const std::int8_t* b, std::int32_t* c) {
  for (int row = 0; row < tileRows; ++row) {
    const std::uint8_t* left = a + row * tileDepth;
    for (int column = 0; column < tileColumns; column += 4) {
      const std::int8_t* right = b + column * tileDepth;
      std::int32_t sums[4] = {};
      for (int k = 0; k < tileDepth; ++k) {
        sums[0] += left[k] * right[k];
        sums[1] += left[k] * right[tileDepth + k];
        sums[2] += left[k] * right[2 * tileDepth + k];
        sums[3] += left[k] * right[3 * tileDepth + k];
      }
      for (int i = 0; i < 4; ++i) c[row * tileColumns + column + i] += sums[i];
    }
  }
}

EW_CLONES void depthwisePlane(const float* x, const float* w, float* y, int rows, int columns) {
  const int stride = columns + 2;
  for (int row = 0; row < rows; ++row) {
    for (int column = 0; column < columns; ++column) {
      float sum = 0;
      for (int i = 0; i < 3; ++i)
        for (int j = 0; j < 3; ++j) sum += x[(row + i) * stride + column + j] * w[i * 3 + j];
      y[row * columns + column] = sum;
    }
  }
}

}  // namespace ew::device
