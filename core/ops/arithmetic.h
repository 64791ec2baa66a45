// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <type_traits>

#include "core/ops/element_facts.h"
#include "core/ops/elementwise.h"
#include "core/ops/inference.h"

namespace ew::ops {

/// f(a, b) for floats; integers wrap around instead of overflowing.
template <class F>
auto wrapping(F f) {
  return [f](auto a, auto b) {
    using T = decltype(a);
    if constexpr (std::is_integral_v<T>)
      return static_cast<T>(f(static_cast<std::uint64_t>(a), static_cast<std::uint64_t>(b)));
    else
      return f(a, b);
  };
}

/// inferBroadcast(), and shape arithmetic on elements known in part.
Status inferArithmetic(InferContext& context, const ElementPair& join);

}  // namespace ew::ops
