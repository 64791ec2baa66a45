// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace ew::cli {

/// Lets waiting OpenMP threads sleep after a short spin: on a machine with other work, threads that go on spinning take
/// the processor from those they wait for, and a model runs many times slower. The library reads GOMP_SPINCOUNT before
/// main(), so the program starts itself anew with it, once. Does nothing when the user has chosen
/// a policy, or for commands that run no model.
void useSleepingThreads(int argc, char** argv);

}  // namespace ew::cli
