// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph_edit.h"
#include "core/ops/infer.h"
#include "core/run/backend.h"

namespace ew::lowering {

/// What inference can tell from the inputs and constants alone. Types and shapes that the file declares for values in
/// between are left out: they may be wrong, and a constant made from them would be a wrong number.
Result<ops::Inference> inferFromInputs(const Graph& graph);

/// Values that are known before running (the shape arithmetic of a model whose input shapes are known) become constants,
/// (`facts` are those of the graph), and the nodes that only they needed go. What `options` observes stays.
Status useKnownValues(GraphEdit& edit, const ops::Inference& facts, const CompileOptions& options);

}  // namespace ew::lowering
