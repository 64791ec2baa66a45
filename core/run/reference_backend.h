// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "core/run/backend.h"

namespace ew {

/// Runs every operator of the catalog by its definition: plain loops, node by node, values freed after their last
/// use. Shapes need not be known before running.
std::shared_ptr<const Backend> makeReferenceBackend();

}  // namespace ew
