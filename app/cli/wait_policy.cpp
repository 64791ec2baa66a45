// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/wait_policy.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>

namespace ew::cli {

namespace {

/// About 15 microseconds: longer than the gap between two parallel loops of a model, so that an idle machine loses
/// nothing (sleeping at once makes two threads as slow as one), and short enough to leave a busy one to others.
constexpr const char* spinCount = "5000";

/// What computes nothing in several threads: starting twice would take longer than the work.
constexpr std::array<std::string_view, 5> withoutKernels{"inspect", "devices", "schema", "--version", "--help"};

}  // namespace

void useSleepingThreads(int argc, char** argv) {
  if (argc > 1 && std::ranges::find(withoutKernels, std::string_view(argv[1])) != withoutKernels.end()) return;
  if (std::getenv("OMP_WAIT_POLICY") != nullptr || std::getenv("GOMP_SPINCOUNT") != nullptr) return;
  if (::setenv("GOMP_SPINCOUNT", spinCount, 1) != 0) return;
  // Comes back only when there is no /proc: then the threads spin.
  ::execv("/proc/self/exe", argv);
}

}  // namespace ew::cli
