// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph_edit.h"
#include "core/run/backend.h"

namespace ew::lowering {

/// Values that depend on one byte of another value only (a QLookup of a QLookup, the quantized form of x * sigmoid(x), a
/// sum with a constant) become one QLookup each, with the bytes that the operators' reference code gives for all 256
/// inputs. What `options` observes stays. The edit must be refreshed; it is refreshed afterwards.
void joinByteFunctions(GraphEdit& edit, const CompileOptions& options);

}  // namespace ew::lowering
