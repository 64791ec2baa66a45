// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/graph/graph.h"

namespace ew {

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
