// SPDX-License-Identifier: Apache-2.0
#include "core/run/threads.h"

#include <omp.h>

#include <algorithm>

namespace ew {

int processorCount() { return std::max(1, omp_get_num_procs()); }

int usedThreads(int wanted) { return wanted <= 0 ? omp_get_max_threads() : std::min(wanted, processorCount()); }

}  // namespace ew
