// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/ops/op.h"

namespace ew::ops {

/// The elements of an int32 or int64 operand that counts along an axis of `extent`, negative ones from its end, as
/// 0 .. extent - 1. Invalid, with the value, when one is outside.
Result<std::vector<std::int64_t>> axisIndices(const Tensor& indices, std::int64_t extent, const std::string& name = "indices");

/// One index in -extent .. extent - 1 as 0 .. extent - 1.
Result<std::int64_t> axisIndex(std::int64_t index, std::int64_t extent, const std::string& name = "indices");

}  // namespace ew::ops
