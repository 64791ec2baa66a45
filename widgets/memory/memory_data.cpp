// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/memory/memory_data.h"

#include <algorithm>

#include "core/ops/infer.h"

namespace ew::widgets {

MemoryLine memoryLine(const Graph& graph) {
  ops::InferOptions options;
  options.dynamicDefault = 1;
  Result<ops::Inference> inference = ops::inferShapes(graph, options);
  const Graph& shaped = inference.ok() ? inference->graph : graph;
  MemoryLine out;
  out.bytes = analysis::peakActivation(shaped).liveBytes;
  for (const Node& node : shaped.nodes()) out.nodes.push_back(node.id);
  out.bytes.resize(out.nodes.size(), 0);
  if (!out.bytes.empty()) out.peak = static_cast<std::size_t>(std::ranges::max_element(out.bytes) - out.bytes.begin());
  return out;
}

MemoryData memoryData(const ProjectView& project, Progress& progress) {
  MemoryData out;
  out.current = memoryLine(*project.current->graph);
  if (project.original->graph != project.current->graph && !progress.cancelled()) out.original = memoryLine(*project.original->graph);
  if (project.current->predicted)
    for (const simulate::FitVerdict& verdict : project.current->predicted->verdicts)
      if (verdict.resource == "ram" && verdict.available > 0) out.limit = verdict.available;
  return out;
}

}  // namespace ew::widgets
