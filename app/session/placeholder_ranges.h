// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/device/profile.h"
#include "core/recipe/runner.h"

namespace ew::session {

/// A step as far as sizes and costs need it: quantization skips calibration and gives every activation the same
/// range, which changes the numbers that the model computes but not its layers, bytes or operators. The result is
/// good for summarize() and simulate() only, and is never shown as a model or run.
Result<recipe::State> predictStep(const Graph& graph, const recipe::Step& step, const recipe::Recipe& recipe,
                                  const device::Profile& profile, Progress& progress);

}  // namespace ew::session
