// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace ew::cpu {

// Element-wise float32 loops over n elements. NaN stays NaN. y may be x.

/// x below 0 times slope.
void leakyReluLoop(const float* x, float* y, std::int64_t n, float slope);
void reluLoop(const float* x, float* y, std::int64_t n);
void clipLoop(const float* x, float* y, std::int64_t n, float low, float high);
/// max(low, min(high, x * scale + shift)), where NaN becomes `high` as in the reference's HardSigmoid.
void linearClipLoop(const float* x, float* y, std::int64_t n, float scale, float shift, float low, float high);

/// (x - mean) * scale + shift, the three the same for all elements or one for each.
void normalizeAll(const float* x, float* y, std::int64_t n, float mean, float scale, float shift);
void normalizeEach(const float* x, float* y, std::int64_t n, const float* mean, const float* scale, const float* shift);

enum class BinaryOp { Add, Sub, Mul, Div };

/// y[i] = a[i * aStep] op b[i * bStep], steps 0 or 1. y may be a or b.
void binaryLoop(BinaryOp op, const float* a, std::int64_t aStep, const float* b, std::int64_t bStep, float* y, std::int64_t n);

/// y[i] = a[i * aStep] == b[i * bStep] as 1 or 0, steps 0 or 1.
void equalLoop(const std::int32_t* a, std::int64_t aStep, const std::int32_t* b, std::int64_t bStep, float* y, std::int64_t n);

/// Whether some |x[i]| is `limit` or more, or not finite.
bool anyBeyond(const float* x, std::int64_t n, float limit);

}  // namespace ew::cpu
