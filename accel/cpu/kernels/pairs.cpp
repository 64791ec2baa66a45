// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/kernels/pairs.h"

#include "core/ops/broadcast.h"

namespace ew::cpu {
namespace {

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

Desc withType(Desc desc, DType type) {
  desc.data.data_type = static_cast<dnnl_data_type_t>(*dnnlType(type));
  return desc;
}

std::optional<Pair> inAnyLayout(Builder& builder, ValueId a, ValueId b, ValueId y) {
  const Dims aDims = builder.dims(a), bDims = builder.dims(b), dims = builder.dims(y);
  const bool aWhole = aDims == dims, bWhole = bDims == dims;
  if (!(aWhole && (bWhole || elementCount(bDims) == 1)) && !(bWhole && elementCount(aDims) == 1)) return std::nullopt;
  const ValueId leader = !aWhole || builder.constant(a) != nullptr ? (bWhole ? b : a) : a;
  const Desc desc = builder.placed(leader).desc;
  if (!isDense(desc)) return std::nullopt;
  Pair out;
  out.desc = withType(desc, builder.dtype(y));
  out.a = aWhole ? builder.read(a, withType(desc, builder.dtype(a))) : builder.readPlain(a);
  out.b = bWhole ? builder.read(b, withType(desc, builder.dtype(b))) : builder.readPlain(b);
  out.rows.length = elementCount(dims);
  out.rows.aStep = aWhole ? 1 : 0;
  out.rows.bStep = bWhole ? 1 : 0;
  return out;
}

}  // namespace

std::optional<Pair> placePair(Builder& builder, ValueId a, ValueId b, ValueId y) {
  const Dims dims = builder.dims(y);
  const auto joint = ops::broadcastDims(builder.dims(a), builder.dims(b));
  if (!joint.ok() || *joint != dims) return std::nullopt;
  if (auto pair = inAnyLayout(builder, a, b, y)) return pair;
  return Pair{builder.readPlain(a), builder.readPlain(b), plainDesc(builder.dtype(y), dims), rowsOf(builder.dims(a), builder.dims(b), dims)};
}

}  // namespace ew::cpu
