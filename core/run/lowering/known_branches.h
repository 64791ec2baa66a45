// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "core/graph/graph_edit.h"

namespace ew::lowering {

/// Every If whose condition is a constant gives way to the nodes of the branch that it takes; `onTaken` is told of each
/// before it goes. Whether there was any: branches can hold further ones, whose conditions are known only then.
bool inlineKnownBranches(GraphEdit& edit, const std::function<void(const Node& node, bool condition)>& onTaken);

}  // namespace ew::lowering
