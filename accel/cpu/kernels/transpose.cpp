// SPDX-License-Identifier: Apache-2.0
#include <numeric>

#include "accel/cpu/kernels/kernels.h"

namespace ew::cpu {

/// The same bytes under permuted axes: whoever wants another layout reorders, and often nobody does, as where a model
/// that was exported channels-last changes back and forth.
Result<bool> addTranspose(Builder& builder, const Group& group) {
  const Node& node = *group.anchor;
  const ValueId x = node.input(0), y = node.output(0);
  if (!builder.isStatic(x) || !builder.isStatic(y) || builder.constant(x) != nullptr) return false;
  const std::size_t rank = builder.dims(x).size();
  std::vector<std::int64_t> perm = node.attributes.getInts("perm");
  if (perm.empty()) {
    perm.resize(rank);
    std::iota(perm.rbegin(), perm.rend(), 0);
  }
  if (rank == 0 || perm.size() != rank) return false;
  std::vector<int> to(rank, 0);  // oneDNN says where each axis goes, ONNX where each comes from
  for (std::size_t i = 0; i < rank; ++i) to[static_cast<std::size_t>(perm[i])] = static_cast<int>(i);
  const Placed place = builder.placed(x);
  const Desc turned = place.desc.permute_axes(to);
  if (turned.dims() != builder.dims(y)) return false;
  builder.writeOver(y, turned, place.slot);
  return true;
}

}  // namespace ew::cpu
