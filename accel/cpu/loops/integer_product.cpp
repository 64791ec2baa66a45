// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/loops/integer_product.h"

#include "accel/cpu/loops/clones.h"

// Compiled with -fwrapv: sums wrap where they overflow, as in the reference.
namespace ew::cpu {
namespace {

constexpr std::int64_t tile = 4;

/// Four results that share a row of a, so that each load of a serves four products.
EW_CLONES void fourColumns(const std::int16_t* a, const std::int16_t* b, std::int64_t k, std::int32_t* y) {
  const std::int16_t* b1 = b + k;
  const std::int16_t* b2 = b1 + k;
  const std::int16_t* b3 = b2 + k;
  std::int32_t s0 = 0, s1 = 0, s2 = 0, s3 = 0;
  for (std::int64_t i = 0; i < k; ++i) {
    s0 += a[i] * b[i];
    s1 += a[i] * b1[i];
    s2 += a[i] * b2[i];
    s3 += a[i] * b3[i];
  }
  y[0] = s0;
  y[1] = s1;
  y[2] = s2;
  y[3] = s3;
}

EW_CLONES std::int32_t dot(const std::int16_t* a, const std::int16_t* b, std::int64_t k) {
  std::int32_t sum = 0;
  for (std::int64_t i = 0; i < k; ++i) sum += a[i] * b[i];
  return sum;
}

}  // namespace

void integerProduct(const std::int16_t* a, const std::int16_t* b, std::int64_t rows, std::int64_t columns, std::int64_t k, std::int32_t* y) {
  // Columns outside, so that four of them stay in the cache while all rows pass.
  std::int64_t j = 0;
  for (; j + tile <= columns; j += tile)
    for (std::int64_t i = 0; i < rows; ++i) fourColumns(a + i * k, b + j * k, k, y + i * columns + j);
  for (; j < columns; ++j)
    for (std::int64_t i = 0; i < rows; ++i) y[i * columns + j] = dot(a + i * k, b + j * k, k);
}

EW_CLONES void widenBytes(const std::uint8_t* x, std::int32_t zeroPoint, std::int16_t* y, std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i) y[i] = static_cast<std::int16_t>(x[i] - zeroPoint);
}

EW_CLONES void widenBytes(const std::int8_t* x, std::int32_t zeroPoint, std::int16_t* y, std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i) y[i] = static_cast<std::int16_t>(x[i] - zeroPoint);
}

EW_CLONES void multiplyAdd(const std::uint8_t* x, std::int32_t zeroPoint, const std::int16_t* w, std::int32_t* acc, std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i) acc[i] += (x[i] - zeroPoint) * w[i];
}

EW_CLONES void multiplyAdd(const std::int8_t* x, std::int32_t zeroPoint, const std::int16_t* w, std::int32_t* acc, std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i) acc[i] += (x[i] - zeroPoint) * w[i];
}

EW_CLONES void addInts(const std::int32_t* b, std::int32_t* acc, std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i) acc[i] += b[i];
}

}  // namespace ew::cpu
