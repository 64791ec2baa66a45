// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace ew::window {

/// `edgewright [FILE...]` and `--screenshot`: opens the studio. The exit code of the process.
int runStudio(int argc, char** argv);

}  // namespace ew::window
