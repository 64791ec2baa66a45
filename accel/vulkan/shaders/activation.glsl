// SPDX-License-Identifier: Apache-2.0
// Element-wise functions by number (accel/vulkan/activation.h has the same list).
#define INFINITY uintBitsToFloat(0x7f800000u)

float powerOfTwo(int exponent) { return uintBitsToFloat(uint(exponent + 127) << 23); }

/// exp() itself may be off by many units in the last place and clamped, so this is Cephes' expf.
float exponential(float x) {
  if (x > 88.72284) return INFINITY;
  if (x < -103.98) return 0.0;
  float n = floor(x * 1.44269504 + 0.5);
  precise float r = (x - n * 0.693359375) - n * -2.12194440e-4;
  float p = ((((1.9875691500e-4 * r + 1.3981999507e-3) * r + 8.3334519073e-3) * r + 4.1665795894e-2) * r + 1.6666665459e-1) * r + 5.0000001201e-1;
  int whole = int(n), part = whole >> 1;
  return (p * r * r + r + 1.0) * powerOfTwo(part) * powerOfTwo(whole - part);
}
float sigmoid(float x) { return 1.0 / (1.0 + exponential(-x)); }
/// By exp for large arguments only: near 0 that would cancel.
float hyperbolicTangent(float x) {
  float size = abs(x);
  if (size < 0.25) {
    float q = x * x;
    return x * (1.0 + q * (-0.33333333 + q * (0.13333333 + q * (-0.053968254 + q * 0.021869489))));
  }
  float value = size > 15.0 ? 1.0 : 1.0 - 2.0 / (exponential(2.0 * size) + 1.0);
  return x < 0.0 ? -value : value;
}
float softplus(float x) { return max(x, 0.0) + log(1.0 + exponential(-abs(x))); }
/// Abramowitz and Stegun 7.1.26, absolute error below 1.5e-7.
float errorFunction(float x) {
  float size = abs(x);
  float t = 1.0 / (1.0 + 0.3275911 * size);
  float poly = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  float value = 1.0 - poly * exponential(-size * size);
  return x < 0.0 ? -value : value;
}

float activate(uint op, float x, float a, float b) {
  if (op == 0u) return x;
  if (isnan(x)) return op == 6u ? 1.0 : x;  // as C's fmin does it in HardSigmoid
  switch (op) {
    case 1u: return x < 0.0 ? 0.0 : x;
    case 2u: {
      float low = x < a ? a : x;
      return low > b ? b : low;
    }
    case 3u: return x < 0.0 ? a * x : x;
    case 4u: return sigmoid(x);
    case 5u: return hyperbolicTangent(x);
    case 6u: return max(0.0, min(1.0, a * x + b));
    case 7u: return x * max(0.0, min(1.0, x / 6.0 + 0.5));
    case 8u: return exponential(x);
    case 9u: return sqrt(x);
    case 10u: return abs(x);
    case 11u: return -x;
    case 12u: return x < 0.0 ? a * (exponential(x) - 1.0) : x;
    case 13u: return softplus(x);
    case 14u: return x * hyperbolicTangent(softplus(x));
    case 15u: return 0.5 * x * (1.0 + errorFunction(x * 0.70710678));
    case 16u: return 0.5 * x * (1.0 + hyperbolicTangent(0.79788456 * (x + 0.044715 * x * x * x)));
    case 17u: return errorFunction(x);
    case 18u: return x / (1.0 + abs(x));
    case 19u: return 1.0 / x;
    case 20u: return floor(x);
    case 21u: return ceil(x);
    case 22u: return roundEven(x);
    case 23u: return x > 0.0 ? 1.0 : x < 0.0 ? -1.0 : x;
    default: return log(x);
  }
}
