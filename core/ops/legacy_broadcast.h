// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/ops/op.h"

namespace ew::ops {

/// Before opset 7 the second operand broadcasts only when attribute broadcast says so, from attribute axis on. Gives
/// it the trailing axes of extent 1 with which today's rule does the same; nothing to do from opset 7 on.
Status alignLegacyOperand(InferContext& context);
Status alignLegacyOperand(ComputeContext& context);

}  // namespace ew::ops
