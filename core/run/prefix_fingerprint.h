// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "core/graph/graph.h"

namespace ew {

/// Fingerprints of what nodes compute: operator, attributes, constants and, through their inputs, everything before them.
/// Two values of different graphs with equal fingerprints are equal for equal model inputs. Names and ids do not count.
/// Nodes with graphs inside and those that draw random numbers are never equal to another.
class Fingerprints {
 public:
  /// By value id; empty where the graph has no such value. Shapes must be inferred: those of the inputs count.
  std::vector<std::string> of(const Graph& graph);

 private:
  std::string constant(const Tensor& tensor);
  std::string node(const Graph& graph, const Node& node, const std::vector<std::string>& values);

  struct Known {
    Tensor tensor;  ///< keeps the bytes where they are
    std::string text;
  };
  std::map<const void*, Known> known_, fresh_;  ///< constants by storage: of the graph before and of this one
  std::size_t unequal_ = 0;
};

/// Of tensors with bytes: type, extents and content. Empty for texts, sequences and optionals.
std::string fingerprintOf(std::span<const Tensor> tensors);

}  // namespace ew
