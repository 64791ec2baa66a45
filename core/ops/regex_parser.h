// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "core/ops/regex.h"

namespace ew::ops {

/// A parsed pattern: a tree.
struct RegexNode {
  enum class Kind { Step, Sequence, Choice, Repeat } kind = Kind::Sequence;
  Regex::Step step;                  ///< of Step: a set or an assertion
  std::vector<RegexNode> children;
  int least = 0, most = -1;          ///< of Repeat; -1: any number
};

/// Invalid, with the place, when the pattern breaks RE2's syntax; Unsupported for what Regex lacks.
Result<RegexNode> parseRegex(std::string_view pattern);

}  // namespace ew::ops
