// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace ew::cpu {

// Products of 16-bit integers summed exactly in 32 bits (wrapping), for processors and operands where 8-bit dot products
// of the hardware are not exact, and for weights with zero points.

/// y[i * columns + j] = sum over k of a[i * k + k] * b[j * k + k], for `rows` x `columns` results.
void integerProduct(const std::int16_t* a, const std::int16_t* b, std::int64_t rows, std::int64_t columns, std::int64_t k, std::int32_t* y);

/// y[i] = x[i] - zeroPoint
void widenBytes(const std::uint8_t* x, std::int32_t zeroPoint, std::int16_t* y, std::int64_t n);
void widenBytes(const std::int8_t* x, std::int32_t zeroPoint, std::int16_t* y, std::int64_t n);

/// acc[i] += (x[i] - zeroPoint) * w[i]
void multiplyAdd(const std::uint8_t* x, std::int32_t zeroPoint, const std::int16_t* w, std::int32_t* acc, std::int64_t n);
void multiplyAdd(const std::int8_t* x, std::int32_t zeroPoint, const std::int16_t* w, std::int32_t* acc, std::int64_t n);

/// acc[i] += b[i]
void addInts(const std::int32_t* b, std::int32_t* acc, std::int64_t n);

}  // namespace ew::cpu
