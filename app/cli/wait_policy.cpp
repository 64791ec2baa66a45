// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/wait_policy.h"

#include <unistd.h>

#include <cstdlib>

namespace ew::cli {

namespace {

/// About 15 microseconds: longer than the gap between two parallel loops of a model, so that an idle machine loses
/// nothing (sleeping at once makes two threads as slow as one), and short enough to leave a busy one to others.
constexpr const char* spinCount = "5000";

}  // namespace

void useSleepingThreads(char** argv) {
  if (std::getenv("OMP_WAIT_POLICY") != nullptr || std::getenv("GOMP_SPINCOUNT") != nullptr) return;
  if (::setenv("GOMP_SPINCOUNT", spinCount, 1) != 0) return;
  // Comes back only when there is no /proc: then the threads spin.
  ::execv("/proc/self/exe", argv);
}

}  // namespace ew::cli
