// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

namespace ew {

/// One limit of this machine, measured here: nothing is taken from a data sheet. 0 where it could not be measured.
struct Peak {
  double value = 0;      ///< GFLOP/s, GOP/s (a multiply-accumulate is two) or GB/s (of 1e9 bytes)
  std::string method;    ///< what ran, or why nothing did
};

/// What the processor can do with a number of threads.
struct Peaks {
  int threads = 1;
  Peak float32, bfloat16, int8;   ///< dot products in registers
  Peak level2, level3, memory;    ///< reading; level2 in the threads' own caches
  std::size_t level2Bytes = 0;    ///< of one core; 0 when unknown
  std::size_t level3Bytes = 0;
};

/// Measured on the first call for a number of threads (about a quarter of a second, up to 256 MiB that are given back) and
/// kept as long as the process lives. Thread-safe.
const Peaks& measuredPeaks(int threads);

}  // namespace ew
