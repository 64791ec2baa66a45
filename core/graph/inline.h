// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph_edit.h"

namespace ew {

/// Adds the nodes of `body` in the place of the node `call`, which the caller removes: the inputs of the body are the call's inputs that are there,
/// its outputs the call's. New values and nodes are named after the call; the nodes keep it as their origin.
void inlineBody(GraphEdit& edit, NodeId call, const Graph& body);

}  // namespace ew
