// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace ew::cpu {

enum class Join { Sum, Squares, Max, Min };

/// x[0] .. x[n-1] joined into one number: their sum, the sum of their squares, the largest or the least (NaN when there is
/// one). n is at least 1. Sums are taken in 16 parts, so that rounding stays far below the parts.
float joinRow(Join how, const float* x, std::int64_t n);
/// to[i] becomes to[i] joined with x[i]; with `first`, x[i] alone.
void joinInto(Join how, bool first, const float* x, float* to, std::int64_t n);

/// to[i] becomes factor * x[i], or grows by that.
void addScaled(bool first, float factor, const float* x, float* to, std::int64_t n);

/// Sum of (x[i] - center)^2.
float squaresAround(const float* x, std::int64_t n, float center);

/// (x - mean) * factor * scale[i] + shift[i]; shift may be absent.
void scaleEach(const float* x, float* y, std::int64_t n, float mean, float factor, const float* scale, const float* shift);

}  // namespace ew::cpu
