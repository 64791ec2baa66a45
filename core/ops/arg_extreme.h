// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/ops/op.h"

namespace ew::ops {

Status inferArgExtreme(InferContext& context);
/// The position of the largest (or smallest) element along attribute axis; the first, unless select_last_index.
Status computeArgExtreme(ComputeContext& context, bool largest);

}  // namespace ew::ops
