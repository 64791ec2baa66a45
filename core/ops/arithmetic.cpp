// SPDX-License-Identifier: Apache-2.0
#include "core/ops/arithmetic.h"

#include <algorithm>
#include <vector>

#include "core/ops/legacy_broadcast.h"

namespace ew::ops {
namespace {

Dim joined(const Dim& a, const Dim& b, const DimArithmetic& arithmetic) {
  if (a.known() && b.known()) {
    const auto number = arithmetic.number(a.extent, b.extent);
    return number && *number >= 0 ? Dim(*number) : Dim();
  }
  if (b.known() && b.extent == arithmetic.neutral) return a;
  if (arithmetic.commutes && a.known() && a.extent == arithmetic.neutral) return b;
  return {};
}

}  // namespace

Status inferArithmetic(InferContext& context, const DimArithmetic& arithmetic) {
  EW_TRY(alignLegacyOperand(context));
  EW_TRY(inferBroadcast(context));
  const auto left = context.knownElements(0);
  const auto right = context.knownElements(1);
  if (!left || !right || left->empty() || right->empty()) return {};
  if (left->size() != right->size() && left->size() != 1 && right->size() != 1) return {};
  std::vector<Dim> out;
  for (std::size_t i = 0; i < std::max(left->size(), right->size()); ++i)
    out.push_back(joined((*left)[left->size() == 1 ? 0 : i], (*right)[right->size() == 1 ? 0 : i], arithmetic));
  context.outputs[0].elements = std::move(out);
  return {};
}

}  // namespace ew::ops
