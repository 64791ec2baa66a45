// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/graph/graph.h"

namespace ew {

/// Bytes of a value of an inferred graph in its element type; 0 for kNone and where the shape is not known.
std::uint64_t valueBytes(const Graph& graph, ValueId id);

/// Bytes that nodes run as one read and write, constants included, without what passes only between them. `nodes` are
/// in execution order; the last one produces what the group gives out.
std::uint64_t bytesMoved(const Graph& graph, std::span<const Node* const> nodes);

/// For each node (by position) the values that nobody reads after it; graph outputs and constants are never listed.
std::vector<std::vector<ValueId>> lastUses(const Graph& graph);

/// The tensors of one run by value id: constants from the start, the rest as they are produced.
class ValueTable {
 public:
  explicit ValueTable(const Graph& graph);
  void set(ValueId id, Tensor tensor) { tensors_[static_cast<std::size_t>(id)] = std::move(tensor); }
  const Tensor& get(ValueId id) const { return tensors_[static_cast<std::size_t>(id)]; }
  void release(ValueId id) { tensors_[static_cast<std::size_t>(id)] = Tensor(); }
  std::vector<Tensor> take(const std::vector<ValueId>& ids) const;

 private:
  std::vector<Tensor> tensors_;
};

}  // namespace ew
