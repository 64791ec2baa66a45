// SPDX-License-Identifier: Apache-2.0
#include "accel/backends.h"

#include "accel/cpu/cpu_backend.h"
#include "accel/cpu/tuning.h"
#include "accel/fpga/fpga_backend.h"
#include "accel/vulkan/vulkan_backend.h"

namespace ew {

const BackendSet& allBackends() {
  static const BackendSet set = [] {
    BackendSet backends;  // starts with the reference
    backends.add(makeCpuBackend());
    backends.add(makeVulkanBackend());
    backends.add(makeFpgaBackend());
    return backends;
  }();
  return set;
}

void rememberFastestKernels() {
  if (const auto folder = cpu::userCacheFolder()) cpu::keepTimesIn(*folder);
}

}  // namespace ew
