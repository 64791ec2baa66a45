// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace ew {

/// The most bytes that one tensor may be allocated with. Extents come from files, and a process that fills the memory is
/// killed: an eighth of the machine's memory, but from 1 to 16 GiB. (Mapped weights are not allocated.)
std::int64_t allocationLimit();
/// Another limit for this process, for tests and small machines.
void setAllocationLimit(std::int64_t bytes);

}  // namespace ew
