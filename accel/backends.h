// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "accel/cpu/dispatch.h"
#include "core/run/runtime.h"

namespace ew {

/// Every backend that this program has: reference, cpu, vulkan, fpga, in this order. Adding one is a line in
/// backends.cpp. A backend that this machine cannot run is in the set too and says why when asked.
const BackendSet& allBackends();

/// Backends remember in the user's cache folder which kernels measured fastest. For the program's main(): tests and other
/// callers leave that folder alone.
void rememberFastestKernels();

}  // namespace ew
