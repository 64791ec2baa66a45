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
      FoldRule{"transpose pair", foldTransposePair},
      FoldRule{"cast pair", foldCastPair},
      FoldRule{"reshape chain", foldReshapeChain},
      FoldRule{"computed shape", foldComputedShape},
      FoldRule{"pad", foldPad},
      FoldRule{"batch normalization", foldBatchNormalization},
      FoldRule{"channel arithmetic", foldChannelArithmetic},
      FoldRule{"matrix product with bias", foldMatMulBias},
      FoldRule{"affine map before a layer", foldAffineForward},
  };
  return rules;
}

}  // namespace ew::transform
