// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace ew::cpu {

/// How many pieces of `b` hold `a`; neither is negative.
constexpr std::int64_t ceilDiv(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

}  // namespace ew::cpu
