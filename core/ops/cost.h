// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <span>

#include "core/base/checked.h"
#include "core/tensor/shape.h"

namespace ew::ops {

/// Product of counts of work, held at int64's maximum: extents come from files.
inline std::int64_t work(std::span<const std::int64_t> factors) {
  return checkedProduct(factors).value_or(std::numeric_limits<std::int64_t>::max());
}
inline std::int64_t work(std::initializer_list<std::int64_t> factors) {
  return work(std::span<const std::int64_t>(factors.begin(), factors.size()));
}

/// The product of the extents from axis `from` on.
inline std::int64_t elementsFrom(const Dims& dims, std::size_t from) {
  return from >= dims.size() ? 1 : work(std::span(dims).subspan(from));
}

}  // namespace ew::ops
