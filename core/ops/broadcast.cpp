// SPDX-License-Identifier: Apache-2.0
#include "core/ops/broadcast.h"

#include <algorithm>

namespace ew::ops {

Result<Dims> broadcastDims(const Dims& a, const Dims& b) {
  const Dims& longer = a.size() >= b.size() ? a : b;
  const Dims& shorter = a.size() >= b.size() ? b : a;
  Dims out = longer;
  const std::size_t shift = longer.size() - shorter.size();
  for (std::size_t i = 0; i < shorter.size(); ++i) {
    std::int64_t& extent = out[i + shift];
    if (extent == 1) extent = shorter[i];
    else if (shorter[i] != 1 && shorter[i] != extent)
      return invalid("shapes " + dimsText(a) + " and " + dimsText(b) + " do not broadcast");
  }
  return out;
}

bool broadcastsTo(const Dims& from, const Dims& to) {
  if (from.size() > to.size()) return false;
  const std::size_t shift = to.size() - from.size();
  for (std::size_t i = 0; i < from.size(); ++i)
    if (from[i] != 1 && from[i] != to[i + shift]) return false;
  return true;
}

Dims broadcastStrides(const Dims& from, const Dims& to) {
  const Dims own = stridesOf(from);
  Dims out(to.size(), 0);
  const std::size_t shift = to.size() - from.size();
  for (std::size_t i = 0; i < from.size(); ++i) out[i + shift] = from[i] == 1 ? 0 : own[i];
  return out;
}

}  // namespace ew::ops
