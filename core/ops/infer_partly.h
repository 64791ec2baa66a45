// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/ops/infer.h"

namespace ew::ops {

/// inferShapes() for showing a model that cannot be right: a node whose operands do not fit leaves its outputs as
/// declared and becomes a warning. Only options that do not fit the inputs are errors.
Result<Inference> inferPartly(Graph&& graph, const InferOptions& options = {});

}  // namespace ew::ops
