// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/graph/graph.h"

namespace ew::analysis {

/// Operators of one graph: the model's own (empty place), or one inside a node ("node 'loop', body").
struct GraphContents {
  std::string place;
  std::int64_t nodes = 0;
  std::map<std::string, std::int64_t> operators;  ///< "Conv", "com.microsoft.QGemm" -> how many
};

/// A symbol and where the model has it; a derived extent counts for each symbol in it.
struct DynamicExtent {
  std::string symbol;
  std::vector<std::string> inputs, outputs;  ///< "x:0": name and axis
  std::int64_t values = 0;                   ///< whose shape depends on it, inputs and outputs included
};

struct InitializerFacts {
  std::int64_t count = 0, bytes = 0, sparse = 0;
  struct OfType { std::int64_t count = 0, bytes = 0; };
  std::map<std::string, OfType> byType;
  std::set<std::string> externalFiles;
};

/// What a model is made of.
struct Contents {
  std::vector<GraphContents> graphs;    ///< the model's own first
  std::map<std::string, std::int64_t> operators;  ///< over all graphs
  std::vector<DynamicExtent> dynamic;   ///< by name
  std::int64_t unknownValues = 0;       ///< values of the model's own graph whose rank or an extent is not known at all
  InitializerFacts initializers;        ///< of all graphs
};
Contents contentsOf(const Graph& inferred);

}  // namespace ew::analysis
