// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace ew {

/// A loop that does nothing but the operation whose rate is sought.
struct PeakLoop {
  void (*run)(std::int64_t rounds) = nullptr;  ///< nullptr: this processor lacks it, or it has no loop here
  std::int64_t operations = 0;                 ///< of one round
  const char* method = "";
};

PeakLoop float32Loop();
PeakLoop bfloat16Loop();
PeakLoop int8Loop();
/// Reads `bytes` (a multiple of 1024) at `from` once with the widest loads.
void readAll(const std::byte* from, std::size_t bytes);

}  // namespace ew
