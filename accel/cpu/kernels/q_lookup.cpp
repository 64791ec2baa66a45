// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/kernels/kernels.h"
#include "accel/cpu/loops/byte_loops.h"
#include "accel/cpu/parallel.h"

namespace ew::cpu {

/// y = table[x] in whatever layout x lies; in place where x is not read again.
Result<bool> addQLookup(Builder& builder, const Group& group) {
  const Node& node = *group.anchor;
  const ValueId x = node.input(0), y = node.output(0);
  const Tensor* table = builder.constant(node.input(1));
  if (!builder.isStatic(x) || !builder.isStatic(y) || builder.constant(x) != nullptr || builder.dims(x) != builder.dims(y)) return false;
  if (table == nullptr || table->dims() != Dims{256} || dtypeBits(table->dtype()) != 8 || table->dtype() != builder.dtype(y)) return false;
  if (builder.dtype(x) != DType::u8 && builder.dtype(x) != DType::i8) return false;
  Placed from = builder.placed(x);
  if (!isDense(from.desc)) from = {builder.readPlain(x), plainDesc(builder.dtype(x), builder.dims(x)), false};
  Desc desc = from.desc;
  desc.data.data_type = static_cast<dnnl_data_type_t>(*dnnlType(builder.dtype(y)));
  SlotId to = from.slot;
  if (builder.mayOverwrite(x, from.slot)) builder.writeOver(y, desc, to);
  else to = builder.write(y, desc);
  const std::uint8_t flip = builder.dtype(x) == DType::i8 ? 0x80 : 0;
  const auto body = [=, entries = *table, count = elementCount(builder.dims(x))](Storage& storage) {
    parallelFor(count, 32768, [&](std::int64_t begin, std::int64_t end) {
      lookUpBytes(storage.as<std::uint8_t>(from.slot) + begin, reinterpret_cast<const std::uint8_t*>(entries.bytes().data()), flip,
                  storage.as<std::uint8_t>(to) + begin, end - begin);
    });
  };
  builder.add(std::make_unique<LoopKernel>("bytes", body), {from.slot}, {to});
  return true;
}

}  // namespace ew::cpu
