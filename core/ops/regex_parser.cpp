// SPDX-License-Identifier: Apache-2.0
#include "core/ops/regex_parser.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "core/base/text.h"
#include "core/ops/utf8.h"

namespace ew::ops {
namespace {

using Ranges = std::vector<std::pair<char32_t, char32_t>>;
constexpr int deepest = 200;
constexpr int mostRepeats = 1000;  // RE2's limit
constexpr char32_t lastPoint = 0x10FFFF;

struct NamedClass {
  std::string_view name;
  Ranges ranges;
};

const std::vector<NamedClass>& namedClasses() {
  static const std::vector<NamedClass> all{
      {"alnum", {{'0', '9'}, {'A', 'Z'}, {'a', 'z'}}}, {"alpha", {{'A', 'Z'}, {'a', 'z'}}}, {"ascii", {{0, 0x7F}}}, {"blank", {{'\t', '\t'}, {' ', ' '}}},
      {"cntrl", {{0, 0x1F}, {0x7F, 0x7F}}}, {"digit", {{'0', '9'}}}, {"graph", {{'!', '~'}}}, {"lower", {{'a', 'z'}}}, {"print", {{' ', '~'}}},
      {"punct", {{'!', '/'}, {':', '@'}, {'[', '`'}, {'{', '~'}}}, {"space", {{'\t', '\r'}, {' ', ' '}}}, {"upper", {{'A', 'Z'}}},
      {"word", {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}}}, {"xdigit", {{'0', '9'}, {'A', 'F'}, {'a', 'f'}}}};
  return all;
}

/// Everything outside of ascending ranges.
Ranges complement(const Ranges& ranges) {
  Ranges out;
  char32_t next = 0;
  for (const auto& [low, high] : ranges) {
    if (low > next) out.emplace_back(next, low - 1);
    next = high + 1;
  }
  out.emplace_back(next, lastPoint);
  return out;
}

class Parser {
 public:
  explicit Parser(std::u32string pattern) : text_(std::move(pattern)) {}

  Result<RegexNode> parse() {
    EW_ASSIGN(RegexNode out, choice(0));
    if (!done()) return error("unexpected )");
    return out;
  }

 private:
  struct Flags {
    bool foldCase = false, dotTakesNewline = false, lines = false;
  };

  bool done() const { return at_ >= text_.size(); }
  char32_t peek() const { return text_[at_]; }
  bool accept(char32_t c) { return !done() && peek() == c ? (++at_, true) : false; }
  bool accept(std::u32string_view words) {
    if (text_.compare(at_, words.size(), words) != 0) return false;
    at_ += words.size();
    return true;
  }
  Error error(const std::string& what) const { return invalid("pattern: " + what + " at character " + std::to_string(at_)); }

  static RegexNode step(Regex::Step::Kind kind) { return {RegexNode::Kind::Step, {kind, 0, 0, {}}, {}, 0, -1}; }
  RegexNode set(Ranges ranges, bool negated = false) const {
    RegexNode out = step(Regex::Step::Kind::Set);
    out.step.set = {std::move(ranges), negated, flags_.foldCase};
    return out;
  }

  Result<RegexNode> choice(int depth) {
    if (depth > deepest) return limitReached("pattern: nested over " + std::to_string(deepest) + " deep");
    RegexNode out{RegexNode::Kind::Choice, {}, {}, 0, -1};
    do {
      EW_ASSIGN(RegexNode branch, sequence(depth));
      out.children.push_back(std::move(branch));
    } while (accept(U'|'));
    return out;
  }

  Result<RegexNode> sequence(int depth) {
    RegexNode out;
    while (!done() && peek() != U'|' && peek() != U')') {
      EW_ASSIGN(std::optional<RegexNode> made, atom(depth));
      if (!made) continue;
      EW_ASSIGN(RegexNode repeated, repetitions(std::move(*made)));
      out.children.push_back(std::move(repeated));
    }
    return out;
  }

  /// Nothing for what only changes flags.
  Result<std::optional<RegexNode>> atom(int depth) {
    using Kind = Regex::Step::Kind;
    const char32_t c = text_[at_++];
    switch (c) {
      case U'(': return group(depth);
      case U'[': return wrapped(bracket());
      case U'.': return std::optional(flags_.dotTakesNewline ? set({{0, lastPoint}}) : set({{U'\n', U'\n'}}, true));
      case U'^': return std::optional(step(flags_.lines ? Kind::LineBegin : Kind::TextBegin));
      case U'$': return std::optional(step(flags_.lines ? Kind::LineEnd : Kind::TextEnd));
      case U'\\': return wrapped(escaped());
      case U'*': case U'+': case U'?': return error("nothing to repeat");
      default: return std::optional(set({{c, c}}));
    }
  }

  static Result<std::optional<RegexNode>> wrapped(Result<RegexNode> node) {
    if (!node.ok()) return std::move(node).error();
    return std::optional(std::move(*node));
  }

  Result<std::optional<RegexNode>> group(int depth) {
    const Flags before = flags_;
    if (accept(U"?P<") || accept(U"?<")) {
      while (!done() && peek() != U'>') ++at_;
      if (!accept(U'>')) return error("group name without end");
    } else if (accept(U'?')) {
      EW_ASSIGN(const bool alone, readFlags());
      if (alone) return std::optional<RegexNode>();
    }
    EW_ASSIGN(RegexNode inside, choice(depth + 1));
    if (!accept(U')')) return error("missing )");
    flags_ = before;
    return std::optional(std::move(inside));
  }

  /// "i)" changes the flags from here on (true); "i:" those of the group that follows (false).
  Result<bool> readFlags() {
    bool on = true;
    while (!done()) {
      switch (text_[at_++]) {
        case U'i': flags_.foldCase = on; break;
        case U's': flags_.dotTakesNewline = on; break;
        case U'm': flags_.lines = on; break;
        case U'U': break;  // which repetition is preferred does not matter to a full match
        case U'-': on = false; break;
        case U')': return true;
        case U':': return false;
        default: return error("unknown group flag");
      }
    }
    return error("missing )");
  }

  Result<RegexNode> repetitions(RegexNode inner) {
    int least = 0, most = -1;
    if (accept(U'+')) least = 1;
    else if (accept(U'?')) most = 1;
    else if (!accept(U'*') && !readCount(least, most)) return inner;
    accept(U'?');
    if (least > mostRepeats || most > mostRepeats || (most >= 0 && most < least)) return error("repetition out of range");
    if (!done() && (peek() == U'*' || peek() == U'+' || peek() == U'?')) return error("repetition of a repetition");
    RegexNode out{RegexNode::Kind::Repeat, {}, {}, least, most};
    out.children.push_back(std::move(inner));
    return out;
  }

  /// "{2}", "{2,}" or "{2,5}"; anything else is a literal brace.
  bool readCount(int& least, int& most) {
    const std::size_t before = at_;
    const auto number = [&](int& out) {
      const std::size_t first = at_;
      out = 0;
      for (; !done() && peek() >= U'0' && peek() <= U'9'; ++at_) out = std::min(out * 10 + static_cast<int>(peek() - U'0'), mostRepeats + 1);
      return at_ > first;
    };
    if (accept(U'{') && number(least)) {
      if (accept(U'}')) return most = least, true;
      if (accept(U',')) {
        if (accept(U'}')) return most = -1, true;
        if (number(most) && accept(U'}')) return true;
      }
    }
    at_ = before;
    return false;
  }

  /// The ranges of \d, \w, \s and their complements; nothing for other letters.
  static std::optional<Ranges> perlClass(char32_t c) {
    const Ranges digits{{'0', '9'}}, words{{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}}, spaces{{'\t', '\n'}, {'\f', '\r'}, {' ', ' '}};
    switch (c) {
      case U'd': return digits;
      case U'D': return complement(digits);
      case U'w': return words;
      case U'W': return complement(words);
      case U's': return spaces;
      case U'S': return complement(spaces);
      default: return std::nullopt;
    }
  }

  Result<RegexNode> escaped() {
    using Kind = Regex::Step::Kind;
    if (done()) return error("pattern ends in a backslash");
    const char32_t c = peek();
    if (const auto ranges = perlClass(c)) return ++at_, set(*ranges);
    switch (c) {
      case U'A': return ++at_, step(Kind::TextBegin);
      case U'z': return ++at_, step(Kind::TextEnd);
      case U'b': return ++at_, step(Kind::WordEdge);
      case U'B': return ++at_, step(Kind::NoWordEdge);
      case U'Q': return ++at_, quoted();
      default: break;
    }
    EW_ASSIGN(const char32_t point, escapedPoint());
    return set({{point, point}});
  }

  RegexNode quoted() {
    RegexNode out;
    while (!done() && !accept(U"\\E")) {
      out.children.push_back(set({{peek(), peek()}}));
      ++at_;
    }
    return out;
  }

  Result<char32_t> hexPoint() {
    const bool braced = accept(U'{');
    char32_t value = 0;
    int digits = 0;
    for (; !done() && digits < (braced ? 7 : 2); ++digits, ++at_) {
      const char32_t c = lowered(peek());
      if (c >= U'0' && c <= U'9') value = value * 16 + (c - U'0');
      else if (c >= U'a' && c <= U'f') value = value * 16 + (c - U'a' + 10);
      else break;
    }
    if (digits == 0 || (!braced && digits != 2) || value > lastPoint || (braced && !accept(U'}'))) return error("wrong \\x");
    return value;
  }

  /// After the backslash: one code point.
  Result<char32_t> escapedPoint() {
    const char32_t c = text_[at_++];
    switch (c) {
      case U'n': return U'\n';
      case U't': return U'\t';
      case U'r': return U'\r';
      case U'f': return U'\f';
      case U'v': return U'\v';
      case U'a': return U'\a';
      case U'x': return hexPoint();
      case U'p': case U'P': case U'C': return unsupported("pattern: \\p, \\P and \\C are not supported");
      default: break;
    }
    if (c >= U'0' && c <= U'7') {
      char32_t value = c - U'0';
      for (int i = 0; i < 2 && !done() && peek() >= U'0' && peek() <= U'7'; ++i) value = value * 8 + (text_[at_++] - U'0');
      return value;
    }
    const bool letter = c < 0x80 && ((c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z') || (c >= U'0' && c <= U'9'));
    if (letter) return error("unknown escape");
    return c;
  }

  /// "[:name:]" or "[:^name:]" inside brackets.
  Result<std::optional<Ranges>> posixClass() {
    if (!accept(U"[:")) return std::optional<Ranges>();
    const bool negated = accept(U'^');
    std::string name;
    while (!done() && peek() < 0x80 && peek() != U':') name += static_cast<char>(text_[at_++]);
    if (!accept(U":]")) return error("unfinished class name");
    for (const NamedClass& known : namedClasses())
      if (known.name == name) return std::optional(negated ? complement(known.ranges) : known.ranges);
    return error("unknown class " + inQuotes(name));
  }

  Result<char32_t> bracketPoint() {
    if (done()) return error("missing ]");
    if (accept(U'\\')) {
      if (done()) return error("missing ]");
      return escapedPoint();
    }
    return text_[at_++];
  }

  Result<RegexNode> bracket() {
    const bool negated = accept(U'^');
    Ranges ranges;
    for (bool first = true; first || !accept(U']'); first = false) {
      if (done()) return error("missing ]");
      EW_ASSIGN(const std::optional<Ranges> named, posixClass());
      std::optional<Ranges> known = named;
      if (!known && peek() == U'\\' && at_ + 1 < text_.size() && (known = perlClass(text_[at_ + 1]))) at_ += 2;
      if (known) {
        ranges.insert(ranges.end(), known->begin(), known->end());
        continue;
      }
      EW_ASSIGN(const char32_t low, bracketPoint());
      char32_t high = low;
      if (at_ + 1 < text_.size() && peek() == U'-' && text_[at_ + 1] != U']') {
        ++at_;
        EW_ASSIGN(high, bracketPoint());
        if (high < low) return error("range in the wrong order");
      }
      ranges.emplace_back(low, high);
    }
    return set(std::move(ranges), negated);
  }

  std::u32string text_;
  std::size_t at_ = 0;
  Flags flags_;
};

}  // namespace

Result<RegexNode> parseRegex(std::string_view pattern) { return Parser(decodeUtf8(pattern)).parse(); }

}  // namespace ew::ops
