// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/loops/float_loops.h"

#include <bit>
#include <utility>

#include "accel/cpu/loops/clones.h"

namespace ew::cpu {

EW_CLONES void leakyReluLoop(const float* x, float* y, std::int64_t n, float slope) {
  for (std::int64_t i = 0; i < n; ++i) y[i] = x[i] < 0 ? x[i] * slope : x[i];
}

EW_CLONES void reluLoop(const float* x, float* y, std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i) y[i] = x[i] < 0 ? 0 : x[i];
}

EW_CLONES void clipLoop(const float* x, float* y, std::int64_t n, float low, float high) {
  for (std::int64_t i = 0; i < n; ++i) {
    const float v = x[i] < low ? low : x[i];
    y[i] = v > high ? high : v;
  }
}

EW_CLONES void linearClipLoop(const float* x, float* y, std::int64_t n, float scale, float shift, float low, float high) {
  for (std::int64_t i = 0; i < n; ++i) {
    const float s = x[i] * scale + shift;
    const float v = s < high ? s : high;
    y[i] = v > low ? v : low;
  }
}

EW_CLONES void normalizeAll(const float* x, float* y, std::int64_t n, float mean, float scale, float shift) {
  for (std::int64_t i = 0; i < n; ++i) y[i] = (x[i] - mean) * scale + shift;
}

EW_CLONES void normalizeEach(const float* x, float* y, std::int64_t n, const float* mean, const float* scale, const float* shift) {
  for (std::int64_t i = 0; i < n; ++i) y[i] = (x[i] - mean[i]) * scale[i] + shift[i];
}

namespace {

EW_CLONES void vectors(BinaryOp op, const float* a, const float* b, float* y, std::int64_t n) {
  switch (op) {
    case BinaryOp::Add: for (std::int64_t i = 0; i < n; ++i) y[i] = a[i] + b[i]; break;
    case BinaryOp::Sub: for (std::int64_t i = 0; i < n; ++i) y[i] = a[i] - b[i]; break;
    case BinaryOp::Mul: for (std::int64_t i = 0; i < n; ++i) y[i] = a[i] * b[i]; break;
    case BinaryOp::Div: for (std::int64_t i = 0; i < n; ++i) y[i] = a[i] / b[i]; break;
  }
}

EW_CLONES void vectorAndScalar(BinaryOp op, const float* a, float b, float* y, std::int64_t n) {
  switch (op) {
    case BinaryOp::Add: for (std::int64_t i = 0; i < n; ++i) y[i] = a[i] + b; break;
    case BinaryOp::Sub: for (std::int64_t i = 0; i < n; ++i) y[i] = a[i] - b; break;
    case BinaryOp::Mul: for (std::int64_t i = 0; i < n; ++i) y[i] = a[i] * b; break;
    case BinaryOp::Div: for (std::int64_t i = 0; i < n; ++i) y[i] = a[i] / b; break;
  }
}

EW_CLONES void scalarAndVector(BinaryOp op, float a, const float* b, float* y, std::int64_t n) {
  switch (op) {
    case BinaryOp::Add: for (std::int64_t i = 0; i < n; ++i) y[i] = a + b[i]; break;
    case BinaryOp::Sub: for (std::int64_t i = 0; i < n; ++i) y[i] = a - b[i]; break;
    case BinaryOp::Mul: for (std::int64_t i = 0; i < n; ++i) y[i] = a * b[i]; break;
    case BinaryOp::Div: for (std::int64_t i = 0; i < n; ++i) y[i] = a / b[i]; break;
  }
}

}  // namespace

void binaryLoop(BinaryOp op, const float* a, std::int64_t aStep, const float* b, std::int64_t bStep, float* y, std::int64_t n) {
  if (aStep != 0 && bStep != 0) return vectors(op, a, b, y, n);
  if (bStep == 0) {
    // Both repeat only where n is 1 or the whole row is one value.
    if (aStep == 0) {
      vectorAndScalar(op, a, *b, y, 1);
      for (std::int64_t i = 1; i < n; ++i) y[i] = y[0];
      return;
    }
    return vectorAndScalar(op, a, *b, y, n);
  }
  scalarAndVector(op, *a, b, y, n);
}

EW_CLONES void equalLoop(const std::int32_t* a, std::int64_t aStep, const std::int32_t* b, std::int64_t bStep, float* y, std::int64_t n) {
  if (aStep == 0) {
    std::swap(a, b);
    std::swap(aStep, bStep);
  }
  if (bStep == 0) {
    const std::int32_t wanted = *b;
    for (std::int64_t i = 0; i < n; ++i) y[i] = a[i * aStep] == wanted ? 1.0F : 0.0F;
    return;
  }
  for (std::int64_t i = 0; i < n; ++i) y[i] = a[i] == b[i] ? 1.0F : 0.0F;
}

EW_CLONES bool anyBeyond(const float* x, std::int64_t n, float limit) {
  // The bits of |x| order like |x|, and those of NaN and infinity are the largest.
  const auto bits = std::bit_cast<std::uint32_t>(limit);
  std::uint32_t beyond = 0;
  for (std::int64_t i = 0; i < n; ++i) beyond |= static_cast<std::uint32_t>((std::bit_cast<std::uint32_t>(x[i]) & 0x7FFFFFFFU) >= bits);
  return beyond != 0;
}

}  // namespace ew::cpu
