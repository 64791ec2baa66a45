// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "core/run/backend.h"

namespace ew {

/// Runs every operator of the catalog by its reference code.
std::shared_ptr<const Backend> makeReferenceBackend();

/// Where the graphs inside nodes run: the backend asked for, and the one for what it refuses.
struct BodyBackends {
  std::shared_ptr<const Backend> wanted, fallback;
};

/// `graph` on the reference code, graphs inside its nodes on `bodies`. Needs no inferred types or shapes. Unsupported
/// names the node that has no reference code.
Result<std::unique_ptr<Executable>> makeReferenceExecutable(const Graph& graph, const CompileOptions& options,
                                                            const BodyBackends& bodies);

}  // namespace ew
