// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/base/progress.h"
#include "widgets/common/project_view.h"

namespace ew::widgets {

/// Bytes of activations alive after each node of one version, in execution order.
struct MemoryLine {
  std::vector<std::int64_t> bytes;
  std::vector<NodeId> nodes;
  std::size_t peak = 0;              ///< index of the most bytes
  std::int64_t peakBytes() const { return bytes.empty() ? 0 : bytes[peak]; }
};

struct MemoryData {
  MemoryLine original, current;
  std::optional<std::int64_t> limit; ///< RAM of the device
};

/// Off the GUI thread: shapes are inferred, dynamic extents count as 1.
MemoryLine memoryLine(const Graph& graph);
MemoryData memoryData(const ProjectView& project, Progress& progress);

}  // namespace ew::widgets
