// SPDX-License-Identifier: Apache-2.0
#include <optional>

#include "accel/cpu/kernels/kernels.h"
#include "accel/cpu/loops/float_loops.h"
#include "accel/cpu/parallel.h"
#include "core/ops/broadcast.h"

namespace ew::cpu {
namespace {

constexpr std::int64_t grain = 16384;

std::optional<BinaryOp> opOf(const Node& node) {
  if (node.opType == "Add") return BinaryOp::Add;
  if (node.opType == "Sub") return BinaryOp::Sub;
  if (node.opType == "Mul") return BinaryOp::Mul;
  if (node.opType == "Div") return BinaryOp::Div;
  return std::nullopt;
}

/// Rows of equal length; each operand moves along a row or stays.
struct Rows {
  Dims outer;                      ///< extents that count the rows
  Dims aStrides, bStrides;         ///< over `outer`
  std::int64_t length = 1, aStep = 0, bStep = 0;
};

/// Axes from the right join the row as long as both operands go on in the same way.
Rows rowsOf(const Dims& a, const Dims& b, const Dims& y) {
  Rows rows;
  const Dims as = ops::broadcastStrides(a, y), bs = ops::broadcastStrides(b, y);
  std::size_t axis = y.size();
  bool first = true;
  while (axis > 0) {
    const std::size_t i = axis - 1;
    if (y[i] != 1) {
      const std::int64_t aWanted = rows.aStep * rows.length, bWanted = rows.bStep * rows.length;
      if (first) {
        rows.aStep = as[i];
        rows.bStep = bs[i];
        first = false;
      } else if (as[i] != aWanted || bs[i] != bWanted) {
        break;
      }
      rows.length *= y[i];
    }
    --axis;
  }
  rows.outer.assign(y.begin(), y.begin() + static_cast<std::ptrdiff_t>(axis));
  rows.aStrides.assign(as.begin(), as.begin() + static_cast<std::ptrdiff_t>(axis));
  rows.bStrides.assign(bs.begin(), bs.begin() + static_cast<std::ptrdiff_t>(axis));
  return rows;
}

void run(BinaryOp op, const Rows& rows, const float* a, const float* b, float* y) {
  const std::int64_t count = elementCount(rows.outer);
  if (count == 1) {
    parallelFor(rows.length, grain, [&](std::int64_t begin, std::int64_t end) {
      binaryLoop(op, a + begin * rows.aStep, rows.aStep, b + begin * rows.bStep, rows.bStep, y + begin, end - begin);
    });
    return;
  }
  parallelFor(count, std::max<std::int64_t>(1, grain / rows.length), [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t row = begin; row < end; ++row) {
      std::int64_t rest = row, aAt = 0, bAt = 0;
      for (std::size_t axis = rows.outer.size(); axis-- > 0;) {
        const std::int64_t index = rest % rows.outer[axis];
        rest /= rows.outer[axis];
        aAt += index * rows.aStrides[axis];
        bAt += index * rows.bStrides[axis];
      }
      binaryLoop(op, a + aAt, rows.aStep, b + bAt, rows.bStep, y + row * rows.length, rows.length);
    }
  });
}

struct Operands {
  SlotId a = kNoSlot, b = kNoSlot;
  Desc desc;     ///< of the result
  Rows rows;
};

/// Equal extents, or one operand of one element: the layout does not matter, so that of the larger stays.
std::optional<Operands> inAnyLayout(Builder& builder, ValueId a, ValueId b, const Dims& y) {
  const Dims aDims = builder.dims(a), bDims = builder.dims(b);
  const std::int64_t count = elementCount(y);
  const bool aWhole = aDims == y, bWhole = bDims == y;
  if (!(aWhole && (bWhole || elementCount(bDims) == 1)) && !(bWhole && elementCount(aDims) == 1)) return std::nullopt;
  const ValueId leader = !aWhole || builder.constant(a) != nullptr ? (bWhole ? b : a) : a;
  const Desc desc = builder.placed(leader).desc;
  if (!isDense(desc)) return std::nullopt;
  Operands out;
  out.desc = desc;
  out.a = aWhole ? builder.read(a, desc) : builder.readPlain(a);
  out.b = bWhole ? builder.read(b, desc) : builder.readPlain(b);
  out.rows.length = count;
  out.rows.aStep = aWhole ? 1 : 0;
  out.rows.bStep = bWhole ? 1 : 0;
  return out;
}

}  // namespace

Result<bool> addBinary(Builder& builder, const Group& group) {
  const Node& node = *group.anchor;
  const auto op = opOf(node);
  const ValueId a = node.input(0), b = node.input(1), y = node.output(0);
  if (!op || !builder.isStatic(a) || !builder.isStatic(b) || !builder.isStatic(y)) return false;
  if (builder.dtype(a) != DType::f32 || builder.dtype(b) != DType::f32 || builder.dtype(y) != DType::f32) return false;
  const Dims out = builder.dims(y);
  EW_ASSIGN(const Dims joint, ops::broadcastDims(builder.dims(a), builder.dims(b)));
  if (joint != out) return false;
  std::optional<Operands> operands = inAnyLayout(builder, a, b, out);
  if (!operands)
    operands = Operands{builder.readPlain(a), builder.readPlain(b), plainDesc(DType::f32, out), rowsOf(builder.dims(a), builder.dims(b), out)};
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
