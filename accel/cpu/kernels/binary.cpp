// SPDX-License-Identifier: Apache-2.0
#include <optional>

#include "accel/cpu/kernels/kernels.h"
#include "accel/cpu/kernels/pairs.h"
#include "accel/cpu/loops/float_loops.h"

namespace ew::cpu {
namespace {

std::optional<BinaryOp> opOf(const Node& node) {
  if (node.opType == "Add") return BinaryOp::Add;
  if (node.opType == "Sub") return BinaryOp::Sub;
  if (node.opType == "Mul") return BinaryOp::Mul;
  if (node.opType == "Div") return BinaryOp::Div;
  return std::nullopt;
}

void run(BinaryOp op, const Rows& rows, const float* a, const float* b, float* y) {
  forEachRow(rows, [&](std::int64_t aAt, std::int64_t bAt, std::int64_t yAt, std::int64_t n) {
    binaryLoop(op, a + aAt, rows.aStep, b + bAt, rows.bStep, y + yAt, n);
  });
}

}  // namespace

Result<bool> addBinary(Builder& builder, const Group& group) {
  const Node& node = *group.anchor;
  const auto op = opOf(node);
  const ValueId a = node.input(0), b = node.input(1), y = node.output(0);
  if (!op || !builder.isStatic(a) || !builder.isStatic(b) || !builder.isStatic(y)) return false;
  if (builder.dtype(a) != DType::f32 || builder.dtype(b) != DType::f32 || builder.dtype(y) != DType::f32) return false;
  const Dims out = builder.dims(y);
  const auto operands = placePair(builder, a, b, y);
  if (!operands) return false;
  SlotId to = kNoSlot;
  if (builder.dims(a) == out && builder.mayOverwrite(a, operands->a)) to = operands->a;
  else if (builder.dims(b) == out && builder.mayOverwrite(b, operands->b)) to = operands->b;
  if (to != kNoSlot) builder.writeOver(y, operands->desc, to);
  else to = builder.write(y, operands->desc);
  const auto body = [op = *op, o = *operands, to](Storage& storage) {
    run(op, o.rows, storage.as<float>(o.a), storage.as<float>(o.b), storage.as<float>(to));
  };
  builder.add(std::make_unique<LoopKernel>("elementwise", body), {operands->a, operands->b}, {to});
  return true;
}

}  // namespace ew::cpu
