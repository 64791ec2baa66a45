// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/kernels/kernels.h"
#include "accel/cpu/kernels/pairs.h"
#include "accel/cpu/loops/byte_loops.h"
#include "accel/cpu/quantized_layer.h"

namespace ew::cpu {
namespace {

/// Everything that the loops of QLinearAdd and QLinearMul need.
struct Operands {
  Pair pair;
  DType aType = DType::u8, bType = DType::u8, yType = DType::u8;
  ops::QuantParameters a, b, y;
  SlotId to = kNoSlot;
};

std::optional<Operands> operandsOf(Builder& builder, const Node& node) {
  const ValueId a = node.input(0), b = node.input(3), y = node.output(0);
  for (const ValueId id : {a, b, y})
    if (!builder.isStatic(id)) return std::nullopt;
  if (node.attributes.getString("requantization", "float") != "float") return std::nullopt;
  Operands out;
  out.aType = builder.dtype(a);
  out.bType = builder.dtype(b);
  out.yType = builder.dtype(y);
  const auto aScaling = perTensor(builder, node, 1, 2, out.aType), bScaling = perTensor(builder, node, 4, 5, out.bType),
             yScaling = perTensor(builder, node, 6, 7, out.yType);
  if (!aScaling || !bScaling || !yScaling) return std::nullopt;
  out.a = *aScaling;
  out.b = *bScaling;
  out.y = *yScaling;
  return out;
}

/// Places the operands once it is sure that the loops take them.
bool place(Builder& builder, const Node& node, Operands& operands) {
  const auto pair = placePair(builder, node.input(0), node.input(3), node.output(0));
  if (!pair) return false;
  operands.pair = *pair;
  operands.to = builder.write(node.output(0), pair->desc);
  return true;
}

/// Calls f with null pointers of the three element types.
template <class F>
void withTypes(const Operands& o, F f) {
  const auto three = [&]<class T, class A>(T* y, A* a) {
    if (o.bType == DType::u8) f(y, a, static_cast<std::uint8_t*>(nullptr));
    else f(y, a, static_cast<std::int8_t*>(nullptr));
  };
  const auto two = [&]<class T>(T* y) {
    if (o.aType == DType::u8) three(y, static_cast<std::uint8_t*>(nullptr));
    else three(y, static_cast<std::int8_t*>(nullptr));
  };
  if (o.yType == DType::u8) two(static_cast<std::uint8_t*>(nullptr));
  else two(static_cast<std::int8_t*>(nullptr));
}

}  // namespace

Result<bool> addQLinearAdd(Builder& builder, const Group& group) {
  auto o = operandsOf(builder, *group.anchor);
  if (!o) return false;
  const float ma = ops::addMultiplier(o->a.scale(), o->y.scale()), mb = ops::addMultiplier(o->b.scale(), o->y.scale());
  if (!usableMultiplier(ma) || !usableMultiplier(mb) || !place(builder, *group.anchor, *o)) return false;
  const auto body = [=, o = *o](Storage& storage) {
    withTypes(o, [&]<class T, class A, class B>(T*, A*, B*) {
      const Rows& rows = o.pair.rows;
      forEachRow(rows, [&](std::int64_t aAt, std::int64_t bAt, std::int64_t yAt, std::int64_t n) {
        if (rows.aStep == 1 && rows.bStep == 1)
          return addAllBytes(storage.as<const A>(o.pair.a) + aAt, o.a.zeroPoint(), ma, storage.as<const B>(o.pair.b) + bAt, o.b.zeroPoint(), mb,
                             o.y.zeroPoint(), storage.as<T>(o.to) + yAt, n);
        addBytes(storage.as<const A>(o.pair.a) + aAt, rows.aStep, o.a.zeroPoint(), ma, storage.as<const B>(o.pair.b) + bAt, rows.bStep,
                 o.b.zeroPoint(), mb, o.y.zeroPoint(), storage.as<T>(o.to) + yAt, n);
      });
    });
  };
  builder.add(std::make_unique<LoopKernel>("bytes", body), {o->pair.a, o->pair.b}, {o->to});
  return true;
}

Result<bool> addQLinearMul(Builder& builder, const Group& group) {
  auto o = operandsOf(builder, *group.anchor);
  if (!o) return false;
  const float multiplier = (o->a.scale() * o->b.scale()) / o->y.scale();
  if (!usableMultiplier(multiplier) || !place(builder, *group.anchor, *o)) return false;
  const auto body = [=, o = *o](Storage& storage) {
    withTypes(o, [&]<class T, class A, class B>(T*, A*, B*) {
      const Rows& rows = o.pair.rows;
      forEachRow(rows, [&](std::int64_t aAt, std::int64_t bAt, std::int64_t yAt, std::int64_t n) {
        constexpr std::int64_t piece = 512;
        std::int32_t acc[piece];
        for (std::int64_t i = 0; i < n; i += piece) {
          const std::int64_t count = std::min(piece, n - i);
          multiplyBytes(storage.as<const A>(o.pair.a) + aAt + i * rows.aStep, rows.aStep, o.a.zeroPoint(),
                        storage.as<const B>(o.pair.b) + bAt + i * rows.bStep, rows.bStep, o.b.zeroPoint(), acc, count);
          requantizeAll(acc, multiplier, o.y.zeroPoint(), storage.as<T>(o.to) + yAt + i, count);
        }
      });
    });
  };
  builder.add(std::make_unique<LoopKernel>("bytes", body), {o->pair.a, o->pair.b}, {o->to});
  return true;
}

}  // namespace ew::cpu
