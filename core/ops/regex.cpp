// SPDX-License-Identifier: Apache-2.0
// Thompson's construction, and all states of the automaton followed at once.
#include "core/ops/regex.h"

#include <algorithm>
#include <string>
#include <utility>

#include "core/ops/regex_parser.h"
#include "core/ops/utf8.h"

namespace ew::ops {
namespace {

constexpr std::size_t mostSteps = 20000;
using Step = Regex::Step;

/// Builds from the end: each node is given the step that follows it.
class Builder {
 public:
  explicit Builder(std::vector<Step>& steps) : steps_(steps) { steps_.push_back({}); }

  Result<std::size_t> build(const RegexNode& node, std::size_t next) {
    // Repeating what is empty takes no step, but time.
    if (++builds_ > 10 * mostSteps) return limitReached("pattern: repeats too much");
    switch (node.kind) {
      case RegexNode::Kind::Step: {
        Step step = node.step;
        step.next = next;
        return add(std::move(step));
      }
      case RegexNode::Kind::Sequence:
        for (auto child = node.children.rbegin(); child != node.children.rend(); ++child) {
          EW_ASSIGN(next, build(*child, next));
        }
        return next;
      case RegexNode::Kind::Choice: return choice(node, next);
      case RegexNode::Kind::Repeat: return repeat(node, next);
    }
    return next;
  }

 private:
  Result<std::size_t> add(Step step) {
    if (steps_.size() >= mostSteps) return limitReached("pattern: takes over " + std::to_string(mostSteps) + " states");
    steps_.push_back(std::move(step));
    return steps_.size() - 1;
  }

  Result<std::size_t> choice(const RegexNode& node, std::size_t next) {
    EW_ASSIGN(std::size_t first, build(node.children.back(), next));
    for (std::size_t i = node.children.size() - 1; i-- > 0;) {
      EW_ASSIGN(const std::size_t branch, build(node.children[i], next));
      EW_ASSIGN(first, add({Step::Kind::Split, branch, first, {}}));
    }
    return first;
  }

  Result<std::size_t> repeat(const RegexNode& node, std::size_t next) {
    const RegexNode& inner = node.children[0];
    if (node.most < 0) {
      // A loop: the split is made first, so that the inner steps can lead back to it.
      EW_ASSIGN(const std::size_t loop, add({Step::Kind::Split, next, next, {}}));
      EW_ASSIGN(const std::size_t body, build(inner, loop));
      steps_[loop].next = body;
      next = loop;
    }
    for (int i = node.least; i < node.most; ++i) {
      EW_ASSIGN(const std::size_t body, build(inner, next));
      EW_ASSIGN(next, add({Step::Kind::Split, body, i == node.least ? next : steps_[next].other, {}}));
    }
    for (int i = 0; i < node.least; ++i) {
      EW_ASSIGN(next, build(inner, next));
    }
    return next;
  }

  std::vector<Step>& steps_;
  std::size_t builds_ = 0;
};

bool isWord(char32_t c) { return (c >= U'0' && c <= U'9') || (c >= U'A' && c <= U'Z') || c == U'_' || (c >= U'a' && c <= U'z'); }

/// The states that are reached at one place of the text.
class States {
 public:
  States(const std::vector<Step>& steps, std::u32string_view text) : steps_(steps), text_(text), seen_(steps.size(), 0) {}

  void begin() { here_.clear(), ++round_; }

  /// Adds a step and all that can be reached from it without taking a character.
  void reach(std::size_t step, std::size_t at) {
    pending_.push_back(step);
    while (!pending_.empty()) {
      const std::size_t i = pending_.back();
      pending_.pop_back();
      if (std::exchange(seen_[i], round_) == round_) continue;
      const Step& s = steps_[i];
      if (s.kind == Step::Kind::Set || s.kind == Step::Kind::Match) here_.push_back(i);
      else if (holds(s.kind, at)) pending_.push_back(s.next);
      if (s.kind == Step::Kind::Split) pending_.push_back(s.other);
    }
  }
  const std::vector<std::size_t>& here() const { return here_; }

 private:
  bool holds(Step::Kind kind, std::size_t at) const {
    const bool atBegin = at == 0, atEnd = at == text_.size();
    const bool edge = (!atBegin && isWord(text_[at - 1])) != (!atEnd && isWord(text_[at]));
    switch (kind) {
      case Step::Kind::TextBegin: return atBegin;
      case Step::Kind::TextEnd: return atEnd;
      case Step::Kind::LineBegin: return atBegin || text_[at - 1] == U'\n';
      case Step::Kind::LineEnd: return atEnd || text_[at] == U'\n';
      case Step::Kind::WordEdge: return edge;
      case Step::Kind::NoWordEdge: return !edge;
      default: return true;
    }
  }

  const std::vector<Step>& steps_;
  std::u32string_view text_;
  std::vector<std::size_t> seen_, here_, pending_;
  std::size_t round_ = 0;
};

}  // namespace

bool CharSet::contains(char32_t point) const {
  const auto within = [&](char32_t p) {
    return std::ranges::any_of(ranges, [p](const auto& range) { return p >= range.first && p <= range.second; });
  };
  const bool found = within(point) || (foldCase && (within(lowered(point)) || within(raised(point))));
  return found != negated;
}

Result<Regex> Regex::compile(std::string_view pattern) {
  if (pattern.size() > mostSteps) return limitReached("pattern: over " + std::to_string(mostSteps) + " bytes");
  EW_ASSIGN(const RegexNode tree, parseRegex(pattern));
  Regex out;
  EW_ASSIGN(out.first_, Builder(out.steps_).build(tree, 0));
  return out;
}

bool Regex::matchesAll(std::string_view text) const {
  const std::u32string points = decodeUtf8(text);
  States one(steps_, points), two(steps_, points);
  States *now = &one, *next = &two;
  now->begin();
  now->reach(first_, 0);
  for (std::size_t at = 0; at < points.size(); ++at) {
    next->begin();
    for (const std::size_t i : now->here())
      if (steps_[i].kind == Step::Kind::Set && steps_[i].set.contains(points[at])) next->reach(steps_[i].next, at + 1);
    std::swap(now, next);
    if (now->here().empty()) return false;
  }
  return std::ranges::any_of(now->here(), [&](std::size_t i) { return steps_[i].kind == Step::Kind::Match; });
}

}  // namespace ew::ops
