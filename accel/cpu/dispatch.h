// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace ew::cpu {

/// What the cpu backend uses of this processor, in words.
struct Dispatch {
  std::string oneDnn;     ///< the instruction set that oneDNN compiles its kernels for
  std::string vectors;    ///< of our own loops
  std::string int8;       ///< products of bytes in our own loops
  std::string bfloat16;   ///< products for --precision bf16, or "none"
  std::string tiles;      ///< "AMX int8 bf16", or "none"
  bool hasBf16 = false;
};

Dispatch dispatch();

}  // namespace ew::cpu
