// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "accel/cpu/builder.h"

namespace ew::cpu {

/// Applies a function to what lies at `slot` as a step of its own: for activations that a layer's kernel does not take.
void addInPlace(Builder& builder, const Eltwise& function, const Desc& desc, SlotId slot);

}  // namespace ew::cpu
