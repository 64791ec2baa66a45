// SPDX-License-Identifier: Apache-2.0
#include "core/transform/prune/prune.h"

#include <algorithm>
#include <array>

#include "core/analysis/weights.h"
#include "core/base/text.h"
#include "core/ops/infer.h"
#include "core/transform/layer_rules.h"
#include "core/transform/prune/structures.h"

namespace ew::transform {
namespace {

Status checkSparsity(double sparsity, const std::string& key) {
  // Written so that NaN fails too.
  if (sparsity >= 0 && sparsity < 1) return {};
  return invalid(key + " is " + numberText(sparsity) + "; it must be at least 0 and below 1");
}

template <class Row>
Result<const Row*> findRow(std::span<const Row> table, const std::string& name, const std::string& key) {
  std::vector<std::string> names;
  for (const Row& row : table) {
    if (row.name == name) return &row;
    names.emplace_back(row.name);
  }
  return invalid(key + " is " + inQuotes(name) + "; it must be one of " + join(names, ", "));
}

std::vector<std::string> layerNames(const Graph& graph) {
  std::vector<std::string> names;
  for (const Node& node : graph.nodes())
    if (!analysis::weightsOf(graph, node).empty()) names.push_back(displayName(graph, node));
  return names;
}

}  // namespace

std::span<const PruneStructure> pruneStructures() {
  static constexpr std::array table{
      PruneStructure{"element", "Single weights become zero", pruneElements},
      PruneStructure{"channel", "Whole output channels go, with everything coupled to them", pruneChannels},
  };
  return table;
}

Result<PassResult> prune(const Graph& graph, const PruneOptions& options, Progress& progress) {
  EW_TRY(checkSparsity(options.sparsity, "sparsity"));
  for (const auto& [layer, sparsity] : options.layers) EW_TRY(checkSparsity(sparsity, "the sparsity of layer " + inQuotes(layer)));
  if (options.scope != "layer" && options.scope != "global")
    return invalid("scope is " + inQuotes(options.scope) + "; it must be one of layer, global");
  if (options.align < 1) return invalid("align is " + std::to_string(options.align) + "; it must be at least 1");
  EW_ASSIGN(const PruneStructure* structure, findRow(pruneStructures(), options.structure, "structure"));
  EW_ASSIGN(const Criterion* criterion, findRow(criteria(), options.criterion, "criterion"));

  EW_ASSIGN(ops::Inference inference, ops::inferShapes(graph));
  GraphEdit edit(std::move(inference.graph));
  liftConstants(edit);
  PrunePlan plan{criterion, options.scope == "global", options.sparsity, options.align, options.seed, {}};
  EW_ASSIGN(plan.layers, resolveLayerRules(options.layers, layerNames(edit.graph())));
  return structure->prune(edit.graph(), plan, progress);
}

}  // namespace ew::transform
