// SPDX-License-Identifier: Apache-2.0
// The integer arithmetic of core/ops/requantize.h, bit for bit. FIXED is a specialization constant of the includer.

/// A 64-bit signed number: no device needs shaderInt64 for it.
struct Wide { int high; uint low; };

Wide wideProduct(int a, int b) {
  int high, low;
  imulExtended(a, b, high, low);
  return Wide(high, uint(low));
}

Wide wideSum(Wide a, Wide b) {
  uint carry;
  uint low = uaddCarry(a.low, b.low, carry);
  return Wide(a.high + b.high + int(carry), low);
}

/// (value + 2^(shift-1)) >> shift, for shift 1..62
Wide roundedShift(Wide value, int shift) {
  Wide half_ = shift <= 32 ? Wide(0, 1u << (shift - 1)) : Wide(1 << (shift - 33), 0u);
  Wide sum = wideSum(value, half_);
  if (shift < 32) return Wide(sum.high >> shift, (sum.low >> shift) | uint(sum.high << (32 - shift)));
  return Wide(sum.high >> 31, uint(sum.high >> (shift - 32)));
}

/// Far beyond any byte range when it does not fit, so that adding a zero point and saturating come out right.
int narrowed(Wide value) {
  if (value.high != (int(value.low) >> 31)) return value.high < 0 ? -0x40000000 : 0x40000000;
  return clamp(int(value.low), -0x40000000, 0x40000000);
}

int roundedFloat(float value) { return int(roundEven(clamp(value, -16777216.0, 16777216.0))); }

/// factor: the bits of a float multiplier, or in fixed mode the int32 multiplier.
int requantize(int acc, int factor, int shift, int zeroPoint, int low, int high) {
  if (FIXED != 0u) return clamp(narrowed(roundedShift(wideProduct(acc, factor), shift)) + zeroPoint, low, high);
  precise float scaled = float(acc) * intBitsToFloat(factor);
  return clamp(roundedFloat(scaled) + zeroPoint, low, high);
}

int addQuantized(int a, int factorA, int shiftA, int b, int factorB, int shiftB, int zeroPoint, int low, int high) {
  if (FIXED != 0u) {
    Wide sum = wideSum(roundedShift(wideProduct(a << 20, factorA), shiftA), roundedShift(wideProduct(b << 20, factorB), shiftB));
    return clamp(narrowed(roundedShift(sum, 20)) + zeroPoint, low, high);
  }
  precise float left = float(a) * intBitsToFloat(factorA);
  precise float right = float(b) * intBitsToFloat(factorB);
  precise float sum = left + right;
  return clamp(roundedFloat(sum) + zeroPoint, low, high);
}
