// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/kernels/kernels.h"
#include "accel/cpu/kernels/strided.h"

namespace ew::cpu {

/// Operators that give the same elements another shape: the output lies where the input lies.
Result<bool> addView(Builder& builder, const Group& group) {
  const Node& node = *group.anchor;
  const ValueId x = node.input(0), y = node.output(0);
  if (!builder.isStatic(x) || !builder.isStatic(y) || builder.constant(x) != nullptr) return false;
  if (node.outputs.size() > 1 && node.output(1) != kNone) return false;                       // Dropout's mask
  if (node.opType == "Dropout" && node.input(2) != kNone) return false;                       // training mode
  // Where the shape is computed, what was inferred is only what the file declares.
  if (node.opType != "Dropout" && node.input(1) != kNone && builder.constant(node.input(1)) == nullptr) return false;
  if (elementCount(builder.dims(x)) != elementCount(builder.dims(y)) || builder.dtype(x) != builder.dtype(y)) return false;
  const Placed place = builder.placed(x);
  if (builder.dims(x) == builder.dims(y)) {
    builder.writeOver(y, place.desc, place.slot);
  } else if (const auto desc = reshapedDesc(place.desc, builder.dims(y))) {
    builder.writeOver(y, *desc, place.slot);
  } else {
    builder.writeOver(y, plainDesc(builder.dtype(y), builder.dims(y)), builder.readPlain(x));
  }
  return true;
}

}  // namespace ew::cpu
