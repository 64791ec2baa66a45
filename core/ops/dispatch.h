// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <type_traits>

#include "core/tensor/tensor.h"

namespace ew::ops {

/// The type that reference code computes T in: float for the narrow floats, T itself otherwise.
template <class T>
using Wide = std::conditional_t<std::is_arithmetic_v<T>, T, float>;

inline Error typeRefused(DType type) {
  return unsupported("element type " + std::string(dtypeName(type)) + " is not supported by this operator");
}

/// Calls f.operator()<T>() for float32, float64, float16 and bfloat16; Unsupported for others.
template <class F>
Status dispatchFloat(DType type, F&& f) {
  switch (type) {
    case DType::f32: f.template operator()<float>(); return {};
    case DType::f64: f.template operator()<double>(); return {};
    case DType::f16: f.template operator()<Half>(); return {};
    case DType::bf16: f.template operator()<BFloat16>(); return {};
    default: return typeRefused(type);
  }
}

/// Calls f.operator()<T>() for the integers of 8 to 64 bits; Unsupported for others.
template <class F>
Status dispatchInteger(DType type, F&& f) {
  switch (type) {
    case DType::i8: f.template operator()<std::int8_t>(); return {};
    case DType::u8: f.template operator()<std::uint8_t>(); return {};
    case DType::i16: f.template operator()<std::int16_t>(); return {};
    case DType::u16: f.template operator()<std::uint16_t>(); return {};
    case DType::i32: f.template operator()<std::int32_t>(); return {};
    case DType::u32: f.template operator()<std::uint32_t>(); return {};
    case DType::i64: f.template operator()<std::int64_t>(); return {};
    case DType::u64: f.template operator()<std::uint64_t>(); return {};
    default: return typeRefused(type);
  }
}

/// Both of the above: everything that arithmetic is defined for.
template <class F>
Status dispatchNumber(DType type, F&& f) {
  return isInteger(type) ? dispatchInteger(type, std::forward<F>(f)) : dispatchFloat(type, std::forward<F>(f));
}

/// The element types of quantized operands.
template <class F>
Status dispatchByte(DType type, F&& f) {
  switch (type) {
    case DType::i8: f.template operator()<std::int8_t>(); return {};
    case DType::u8: f.template operator()<std::uint8_t>(); return {};
    default: return typeRefused(type);
  }
}

}  // namespace ew::ops
