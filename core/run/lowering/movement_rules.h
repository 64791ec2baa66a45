// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph_edit.h"
#include "core/run/backend.h"

namespace ew::lowering {

/// movement -> QuantizeLinear becomes QuantizeLinear -> movement of bytes, as far up as movements go: each element is
/// quantized by itself, so the bytes are the same. What `options` observes stays. The edit must be refreshed, and is after.
void quantizeBeforeMoving(GraphEdit& edit, const CompileOptions& options);

}  // namespace ew::lowering
