// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "tests/ops/run_op.h"

namespace ew::test {

/// One application of an operator that ONNX Runtime is asked about.
struct ContribCase {
  std::string name;
  OpCall call;
  double tolerance = 1e-5;    ///< steps of an integer, or relative to 1 + |value|
  std::size_t dataInput = 0;  ///< the operand that is no constant
};

std::vector<ContribCase> contribCases();

}  // namespace ew::test
