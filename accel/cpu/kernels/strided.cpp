// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/kernels/strided.h"

namespace ew::cpu {

Desc stridedDesc(const Dims& dims, DataType type, const Dims& strides) {
  const Dims plain = stridesOf(dims);
  for (std::size_t i = 0; i < dims.size(); ++i)
    if (dims[i] != 1 && strides[i] != plain[i]) return Desc(dims, type, strides);
  return Desc(dims, type, plain);
}

std::optional<Desc> reshapedDesc(const Desc& desc, const Dims& dims) {
  if (dims.empty()) return reshapedDesc(desc, {1});
  if (hasBlocks(desc)) return std::nullopt;
  Dims from, steps;  // extents above 1
  for (int i = 0; i < desc.data.ndims; ++i) {
    if (desc.data.dims[i] == 1) continue;
    from.push_back(desc.data.dims[i]);
    steps.push_back(desc.data.format_desc.blocking.strides[i]);
  }
  Dims strides(dims.size(), 1);
  // From the right: the fewest axes on both sides that hold equally many elements, among which the old ones must be
  // one run of equal steps.
  std::size_t old = from.size(), now = dims.size();
  while (now > 0) {
    if (dims[now - 1] == 1) {
      strides[--now] = 1;
      continue;
    }
    if (old == 0) return std::nullopt;
    std::int64_t step = steps[--old], held = from[old], wanted = 1;
    const std::int64_t first = step;
    while (wanted != held) {
      if (wanted < held) {
        if (now == 0) return std::nullopt;
        --now;
        strides[now] = first * wanted;
        wanted *= dims[now];
      } else {
        if (old == 0 || steps[old - 1] != first * held) return std::nullopt;
        held *= from[--old];
      }
    }
  }
  return old == 0 ? std::optional(stridedDesc(dims, desc.data_type(), strides)) : std::nullopt;
}

}  // namespace ew::cpu
