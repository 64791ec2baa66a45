// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "core/recipe/runner.h"

namespace ew::recipe {

/// A recipe run to its end: the states after each step, both ends judged, the gates checked.
struct ProjectResult {
  std::vector<std::shared_ptr<const State>> states;  ///< front: original, back: optimized
  std::vector<transform::NodeVerdict> verdicts;      ///< of all steps, in order
  Judgement original, optimized;
  std::vector<GateResult> gates;

  const Graph& originalGraph() const { return states.front()->graph; }
  const Graph& optimizedGraph() const { return states.back()->graph; }
  /// The state before the first quantize step; nullptr when there is none.
  const Graph* floatGraph(const Recipe& recipe) const;
  bool gatesMet() const;
};

/// Steps, judgement of both ends, gates. Writes nothing.
Result<ProjectResult> runProject(const Graph& original, const Recipe& recipe, const BackendSet& backends,
                                 const JudgeOptions& options, Progress& progress);

}  // namespace ew::recipe
