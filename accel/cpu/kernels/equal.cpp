// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/kernels/kernels.h"
#include "accel/cpu/kernels/pairs.h"
#include "accel/cpu/loops/float_loops.h"

namespace ew::cpu {

/// Integers compared, with the truth values as floats, which makes one-hot rows of tokens. Alone it is reference code.
Result<bool> addEqual(Builder& builder, const Group& group) {
  const Node& node = *group.anchor;
  const ValueId a = node.input(0), b = node.input(1), y = group.output();
  if (group.single() || !builder.isStatic(a) || !builder.isStatic(b) || !builder.isStatic(y)) return false;
  if (builder.dtype(a) != DType::i32 || builder.dtype(b) != DType::i32 || builder.dtype(y) != DType::f32) return false;
  const auto operands = placePair(builder, a, b, y);
  if (!operands) return false;
  const SlotId to = builder.write(y, operands->desc);
  const auto body = [o = *operands, to](Storage& storage) {
    forEachRow(o.rows, [&](std::int64_t aAt, std::int64_t bAt, std::int64_t yAt, std::int64_t n) {
      equalLoop(storage.as<const std::int32_t>(o.a) + aAt, o.rows.aStep, storage.as<const std::int32_t>(o.b) + bAt, o.rows.bStep, storage.as<float>(to) + yAt, n);
    });
  };
  builder.add(std::make_unique<LoopKernel>("elementwise", body), {operands->a, operands->b}, {to});
  return true;
}

}  // namespace ew::cpu
