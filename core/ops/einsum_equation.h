// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace ew::ops {

/// An Einsum equation, matched with the ranks of its operands: a label for each axis. Labels are small numbers below
/// `labels`; the axes of an ellipsis have labels too, counted from the right.
struct EinsumEquation {
  std::vector<std::vector<std::size_t>> inputs;
  std::vector<std::size_t> output;
  std::size_t labels = 0;
};

/// Parses "ij,jk->ik", with ellipses and implicit outputs. Invalid, with the equation, when it does not fit.
Result<EinsumEquation> parseEinsum(const std::string& equation, const std::vector<std::size_t>& ranks);

}  // namespace ew::ops
