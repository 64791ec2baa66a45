// SPDX-License-Identifier: Apache-2.0
#include "core/transform/fold/rule.h"

namespace ew::transform {

Result<bool> foldIdentity(FoldContext& context, const Node& node) {
  if (node.opType != "Identity" || !context.canBypass(node.output(0), node.input(0))) return false;
  context.bypass(node, "identity");
  return true;
}

}  // namespace ew::transform
