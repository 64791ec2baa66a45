// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "core/run/backend.h"

namespace ew::cpu {

/// Compiles a graph all of whose nodes have reference code or a kernel.
Result<std::unique_ptr<Executable>> makeExecutable(const Graph& graph, const CompileOptions& options, Progress& progress);

}  // namespace ew::cpu
