// SPDX-License-Identifier: Apache-2.0
#include "core/ops/quant_layout.h"

#include "core/ops/attributes.h"

namespace ew::ops {

Result<QuantLayout> quantLayout(const Node& node, const Dims& x, const Dims& scale) {
  QuantLayout layout;
  const std::int64_t blockSize = node.attributes.getInt("block_size", 0);
  const bool single = scale.empty() || scale == Dims{1};
  if (blockSize == 0 && single) {
    layout.split = splitAround(x, 0, 0);
    return layout;
  }
  EW_ASSIGN(const std::size_t axis, normalizedAxis(node.attributes.getInt("axis", 1), x.size()));
  layout.split = splitAround(x, axis, axis + 1);
  if (blockSize == 0) {
    if (scale != Dims{x[axis]})
      return invalid("scale of shape " + dimsText(scale) + " for " + dimsText(x) + " on axis " + std::to_string(axis));
    layout.block = 1;
    layout.blocks = x[axis];
    return layout;
  }
  if (blockSize < 0) return invalid("attribute block_size is " + std::to_string(blockSize));
  layout.block = blockSize;
  layout.blocks = x[axis] / blockSize + (x[axis] % blockSize != 0 ? 1 : 0);
  layout.perInner = true;
  Dims wanted = x;
  wanted[axis] = layout.blocks;
  if (scale != wanted)
    return invalid("scale of shape " + dimsText(scale) + " for blocks of " + std::to_string(blockSize) + " in " + dimsText(x) + " on axis " +
                   std::to_string(axis));
  return layout;
}

}  // namespace ew::ops
