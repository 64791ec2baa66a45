// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.h"

namespace ew::ops {

/// A set of code points: ranges, ascending or not, or everything but them.
struct CharSet {
  std::vector<std::pair<char32_t, char32_t>> ranges;
  bool negated = false;
  bool foldCase = false;

  bool contains(char32_t point) const;
};

/// A regular expression in RE2's syntax, matched in time proportional to pattern times text: all states at once, never
/// one guess after another. Unsupported: \p classes, \C. Limit: a pattern that takes over 20,000 states, as counted
/// repetitions of repetitions do.
class Regex {
 public:
  static Result<Regex> compile(std::string_view pattern);
  /// Whether the whole text matches.
  bool matchesAll(std::string_view text) const;
  /// States of the automaton: matching takes at most this many steps a character.
  std::size_t size() const { return steps_.size(); }

  /// What a step of the automaton does.
  struct Step {
    enum class Kind { Set, Split, LineBegin, LineEnd, TextBegin, TextEnd, WordEdge, NoWordEdge, Match } kind = Kind::Match;
    std::size_t next = 0, other = 0;  ///< where it goes on; other: of Split
    CharSet set = {};
  };

 private:
  std::vector<Step> steps_;
  std::size_t first_ = 0;
};

}  // namespace ew::ops
