// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/transform/prune/prune.h"

namespace ew::transform {

/// Options that were checked, with what they refer to looked up.
struct PrunePlan {
  const Criterion* criterion = nullptr;
  bool global = false;
  double sparsity = 0;
  std::int64_t align = 1;
  std::uint64_t seed = 0;
  std::map<std::string, double> layers;  ///< by exact layer name

  /// The layer's own sparsity, or the one for all.
  double sparsityOf(const std::string& layer) const {
    const auto it = layers.find(layer);
    return it == layers.end() ? sparsity : it->second;
  }
  bool hasOwn(const std::string& layer) const { return layers.contains(layer); }
};

/// `graph` has inferred shapes and no Constant nodes.
Result<PassResult> pruneElements(const Graph& graph, const PrunePlan& plan, Progress& progress);
Result<PassResult> pruneChannels(const Graph& graph, const PrunePlan& plan, Progress& progress);

struct PruneStructure {
  std::string_view name;
  std::string_view description;
  Result<PassResult> (*prune)(const Graph& graph, const PrunePlan& plan, Progress& progress);
};
std::span<const PruneStructure> pruneStructures();  ///< (prune/prune.cpp)

}  // namespace ew::transform
