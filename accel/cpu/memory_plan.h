// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "accel/cpu/storage.h"

namespace ew::cpu {

/// Gives every Arena slot an offset so that slots alive at the same step never overlap: largest first, each at the
/// lowest free place. Lifetimes of parts count for their parents. Returns the bytes of the arena; Limit over 16 GiB.
Result<std::size_t> planMemory(std::vector<Slot>& slots);

}  // namespace ew::cpu
