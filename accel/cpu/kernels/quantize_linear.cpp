// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/kernels/kernels.h"
#include "accel/cpu/loops/byte_loops.h"
#include "accel/cpu/parallel.h"
#include "accel/cpu/quantized_layer.h"

namespace ew::cpu {
namespace {

constexpr std::int64_t grain = 16384;

/// The input as it lies, when its elements can be taken in any order.
Placed anyOrder(Builder& builder, ValueId x) {
  const Placed from = builder.placed(x);
  if (isDense(from.desc)) return from;
  return {builder.readPlain(x), plainDesc(builder.dtype(x), builder.dims(x)), false};
}

SlotId writeLike(Builder& builder, ValueId y, const Placed& from) {
  Desc desc = from.desc;
  desc.data.data_type = static_cast<dnnl_data_type_t>(*dnnlType(builder.dtype(y)));
  return builder.write(y, desc);
}

bool isElementwise(Builder& builder, const Node& node) {
  const ValueId x = node.input(0), y = node.output(0);
  return builder.isStatic(x) && builder.isStatic(y) && builder.constant(x) == nullptr && node.attributes.getInt("block_size", 0) == 0;
}

}  // namespace

Result<bool> addQuantizeLinear(Builder& builder, const Group& group) {
  const Node& node = *group.anchor;
  const ValueId x = node.input(0), y = node.output(0);
  if (!isElementwise(builder, node) || builder.dtype(x) != DType::f32) return false;
  const auto scaling = perTensor(builder, node, 1, 2, builder.dtype(y));
  const Tensor* scale = builder.constant(node.input(1));
  if (!scaling || scaling->scales.size() != 1 || scale->dtype() != DType::f32 || !(scaling->scale() > 0)) return false;
  const Placed from = anyOrder(builder, x);
  const SlotId to = writeLike(builder, y, from);
  const bool isSigned = builder.dtype(y) == DType::i8;
  const auto body = [=, s = *scaling, count = elementCount(builder.dims(x))](Storage& storage) {
    parallelFor(count, grain, [&](std::int64_t begin, std::int64_t end) {
      const float* in = storage.as<float>(from.slot) + begin;
      if (isSigned) quantizeAllFloats(in, s.scale(), s.zeroPoint(), storage.as<std::int8_t>(to) + begin, end - begin);
      else quantizeAllFloats(in, s.scale(), s.zeroPoint(), storage.as<std::uint8_t>(to) + begin, end - begin);
    });
  };
  builder.add(std::make_unique<LoopKernel>("bytes", body), {from.slot}, {to});
  return true;
}

Result<bool> addDequantizeLinear(Builder& builder, const Group& group) {
  const Node& node = *group.anchor;
  const ValueId x = node.input(0), y = node.output(0);
  if (!isElementwise(builder, node) || builder.dtype(y) != DType::f32) return false;
  const auto scaling = perTensor(builder, node, 1, 2, builder.dtype(x));
  if (!scaling || builder.constant(node.input(1))->dtype() != DType::f32) return false;
  const Placed from = anyOrder(builder, x);
  const SlotId to = writeLike(builder, y, from);
  const bool isSigned = builder.dtype(x) == DType::i8;
  const auto body = [=, s = *scaling, count = elementCount(builder.dims(x))](Storage& storage) {
    parallelFor(count, grain, [&](std::int64_t begin, std::int64_t end) {
      float* out = storage.as<float>(to) + begin;
      if (isSigned) dequantizeBytes(storage.as<std::int8_t>(from.slot) + begin, s.scale(), s.zeroPoint(), out, end - begin);
      else dequantizeBytes(storage.as<std::uint8_t>(from.slot) + begin, s.scale(), s.zeroPoint(), out, end - begin);
    });
  };
  builder.add(std::make_unique<LoopKernel>("bytes", body), {from.slot}, {to});
  return true;
}

}  // namespace ew::cpu
