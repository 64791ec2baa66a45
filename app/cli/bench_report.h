// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include "app/cli/command.h"
#include "core/run/bench.h"
#include "core/run/peaks.h"

namespace ew::cli {

/// What `bench` says: the measured times, what each layer achieved of this machine's peaks (where it ran on the cpu
/// backend, `peaks`), the plan's decisions and what fell back to another backend.
Output benchReport(const BenchResult& result, const Plan& plan, const std::optional<Peaks>& peaks);

}  // namespace ew::cli
