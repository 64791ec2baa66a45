// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/tensor/tensor.h"

namespace ew::ops {

/// `axis` counted from the front; Invalid when it is outside [-rank, rank).
Result<std::size_t> normalizedAxis(std::int64_t axis, std::size_t rank);

/// The same for several axes that must differ from each other, in the order given.
Result<std::vector<std::size_t>> normalizedAxes(std::span<const std::int64_t> axes, std::size_t rank);

/// The integers of an operand such as `shape`, `axes` or `pads`: a vector (or scalar) of at most 4096 integers.
Result<std::vector<std::int64_t>> intsOf(const Tensor& operand, std::string_view name);

/// The one integer of an operand such as `k` or `axis`: a tensor of one integer element.
Result<std::int64_t> intOf(const Tensor& operand, std::string_view name);

}  // namespace ew::ops
