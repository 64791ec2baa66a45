// SPDX-License-Identifier: GPL-3.0-or-later
#include "accel/backends.h"
#include "app/cli/command.h"
#include "app/cli/wait_policy.h"
#include "app/window/studio.h"

int main(int argc, char** argv) {
  ew::cli::useSleepingThreads(argc, argv);
  ew::rememberFastestKernels();
  if (ew::cli::isHeadless(argc, argv)) return ew::cli::runHeadless(argc, argv);
  return ew::window::runStudio(argc, argv);
}
