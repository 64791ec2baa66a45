// SPDX-License-Identifier: Apache-2.0
#include "core/base/text.h"
#include "core/run/lowering/patterns.h"
#include "core/transform/fold/rule.h"

namespace ew::transform {

bool fusePatterns(GraphEdit& edit, const Graph& facts, std::vector<NodeVerdict>& verdicts) {
  const lowering::PatternView view{edit.graph(), facts};
  const std::int64_t opset = edit.graph().opset();
  const std::vector<lowering::Fusion> fusions = lowering::findFusions(
      view, [](ValueId) { return true; }, [&](const lowering::Fusion& fusion) { return opset >= fusion.sinceVersion; });
  for (const lowering::Fusion& fusion : fusions) {
    for (const NodeId id : fusion.nodes) {
      const Node& last = *edit.graph().node(fusion.nodes.back());
      verdicts.push_back(done(edit.graph(), *edit.graph().node(id), "folded", "into " + fusion.opType + " " + inQuotes(displayName(edit.graph(), last))));
    }
    lowering::applyFusion(edit, fusion, "");
  }
  edit.refresh();
  return !fusions.empty();
}

}  // namespace ew::transform
