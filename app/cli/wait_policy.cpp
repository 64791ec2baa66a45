// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/wait_policy.h"

#include <unistd.h>

#include <cstdlib>

namespace ew::cli {

void useSleepingThreads(char** argv) {
  if (std::getenv("OMP_WAIT_POLICY") != nullptr || std::getenv("GOMP_SPINCOUNT") != nullptr) return;
  if (::setenv("OMP_WAIT_POLICY", "passive", 1) != 0) return;
  // Comes back only when there is no /proc: then the threads spin.
  ::execv("/proc/self/exe", argv);
}

}  // namespace ew::cli
