// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "accel/cpu/absorb_pads.h"

namespace ew::cpu {

/// Goes on with `absorbed`: where an image is cut into its even and odd rows and columns, which become channels that only
/// a convolution reads ("space to depth"), the convolution reads the image itself, with twice the stride and a kernel twice
/// as large on each side. It has as much to compute, and nothing is copied.
Result<Absorbed> absorbSlices(Absorbed absorbed, const CompileOptions& options);

}  // namespace ew::cpu
