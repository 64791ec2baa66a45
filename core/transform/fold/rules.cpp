// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "core/transform/fold/rule.h"

namespace ew::transform {

std::span<const FoldRule> foldRules() {
  static constexpr std::array rules{
      FoldRule{"identity", foldIdentity},
      FoldRule{"dropout", foldDropout},
      FoldRule{"no-op", foldNoOp},
      FoldRule{"neutral arithmetic", foldNeutralArithmetic},
      FoldRule{"batch normalization", foldBatchNormalization},
      FoldRule{"channel arithmetic", foldChannelArithmetic},
      FoldRule{"matrix product with bias", foldMatMulBias},
  };
  return rules;
}

}  // namespace ew::transform
