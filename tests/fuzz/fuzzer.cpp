// SPDX-License-Identifier: Apache-2.0
// The entry points that libFuzzer calls; EW_FUZZ_TARGET is the index of the target in targets.h. With
// EDGEWRIGHT_FUZZ_SEEDS set to a folder, the seeds are written there first.
#include <cstdint>
#include <cstdlib>
#include <fstream>

#include "core/tensor/allocation.h"
#include "tests/fuzz/targets.h"

namespace {
constexpr const ew::fuzz::Target& target = ew::fuzz::targets[EW_FUZZ_TARGET];
}

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  ew::setAllocationLimit(std::int64_t{16} << 20);
  const char* folder = std::getenv("EDGEWRIGHT_FUZZ_SEEDS");
  if (folder == nullptr) return 0;
  int number = 0;
  for (const std::string& seed : target.seeds())
    std::ofstream(std::string(folder) + "/seed" + std::to_string(number++), std::ios::binary) << seed;
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  target.run({reinterpret_cast<const char*>(data), size});
  return 0;
}
