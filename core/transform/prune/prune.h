// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "core/transform/pass.h"

namespace ew::transform {

/// What a criterion sees of one weight tensor: equal groups of numbers, one a channel (or one an element).
struct ScoreInput {
  std::span<const float> weights;    ///< group after group
  std::size_t groupSize = 1;         ///< numbers in each group
  std::span<const float> normScale;  ///< scale of the BatchNormalization behind each channel; empty when there is none
  std::uint64_t seed = 0;            ///< differs from tensor to tensor

  std::size_t groups() const { return groupSize == 0 ? 0 : weights.size() / groupSize; }
  std::span<const float> group(std::size_t index) const { return weights.subspan(index * groupSize, groupSize); }
};

/// Scores elements or channels by importance: low scores go first. Sees tensors and groups, knows no graph.
struct Criterion {
  std::string_view name;         ///< as in recipes
  std::string_view description;
  std::vector<double> (*scores)(const ScoreInput& input);  ///< one a group, never negative
  bool forElements = true;       ///< can score single elements
  bool needsNormScale = false;   ///< scores only channels that a BatchNormalization follows
};
std::span<const Criterion> criteria();  ///< l1, l2, random, ... (prune/criteria.cpp)

struct PruneOptions {
  std::string structure = "element";    ///< element | channel
  std::string criterion = "l1";
  double sparsity = 0.5;                ///< 0 <= s < 1
  std::string scope = "layer";          ///< layer | global
  std::int64_t align = 1;               ///< channels that remain come in multiples of this
  std::map<std::string, double> layers; ///< exact names or patterns -> sparsity; 0 leaves a layer as it is
  std::uint64_t seed = 0;               ///< criterion random
};

/// Element: weights are set to zero. Channel: whole output channels are removed, and with them the matching
/// channels of every coupled tensor (consumers, residual branches, depthwise filters, normalization). A group that
/// cannot be shrunk is listed with its reason. Invalid on an impossible sparsity or an unknown layer name.
Result<PassResult> prune(const Graph& graph, const PruneOptions& options, Progress& progress);

}  // namespace ew::transform
