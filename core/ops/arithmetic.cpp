// SPDX-License-Identifier: Apache-2.0
#include "core/ops/arithmetic.h"

#include "core/ops/legacy_broadcast.h"

namespace ew::ops {

Status inferArithmetic(InferContext& context, const ElementPair& join) {
  EW_TRY(alignLegacyOperand(context));
  EW_TRY(inferBroadcast(context));
  joinElements(context, join);
  return {};
}

}  // namespace ew::ops
