// SPDX-License-Identifier: Apache-2.0
#include "core/ops/einsum_equation.h"

#include <algorithm>
#include <array>
#include <optional>

#include "core/base/text.h"

namespace ew::ops {
namespace {

constexpr std::size_t letters = 52;
constexpr std::size_t maxRank = 64;

std::optional<std::size_t> letterOf(char c) {
  if (c >= 'A' && c <= 'Z') return static_cast<std::size_t>(c - 'A');
  if (c >= 'a' && c <= 'z') return static_cast<std::size_t>(c - 'a') + 26;
  return std::nullopt;
}

/// One term: the labels before and after the ellipsis.
struct Term {
  std::vector<std::size_t> head, tail;
  bool ellipsis = false;
};

Result<Term> parseTerm(const std::string& text) {
  Term term;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.compare(i, 3, "...") == 0 && !term.ellipsis) {
      term.ellipsis = true;
      i += 2;
    } else if (const auto letter = letterOf(text[i])) {
      (term.ellipsis ? term.tail : term.head).push_back(*letter);
    } else {
      return invalid("term " + inQuotes(text) + " is not understood");
    }
  }
  return term;
}

/// Labels of a term whose ellipsis stands for `hidden` axes.
std::vector<std::size_t> labelsOf(const Term& term, std::size_t hidden) {
  std::vector<std::size_t> out = term.head;
  if (term.ellipsis)
    for (std::size_t i = hidden; i-- > 0;) out.push_back(letters + i);
  out.insert(out.end(), term.tail.begin(), term.tail.end());
  return out;
}

/// Without an arrow: the ellipsis, then every letter that comes once, in alphabetical order.
Term implicitOutput(const std::vector<Term>& terms) {
  std::array<int, letters> uses{};
  Term out;
  for (const Term& term : terms) {
    out.ellipsis = out.ellipsis || term.ellipsis;
    for (const auto* part : {&term.head, &term.tail})
      for (const std::size_t letter : *part) ++uses[letter];
  }
  for (std::size_t letter = 0; letter < letters; ++letter)
    if (uses[letter] == 1) out.tail.push_back(letter);
  return out;
}

Status checkOutput(const EinsumEquation& equation) {
  std::vector<bool> known(equation.labels, false), seen(equation.labels, false);
  for (const auto& input : equation.inputs)
    for (const std::size_t label : input) known[label] = true;
  for (const std::size_t label : equation.output) {
    if (!known[label] || seen[label]) return invalid("the output names an axis twice, or one that no input has");
    seen[label] = true;
  }
  return {};
}

Result<EinsumEquation> matched(const std::vector<std::string>& texts, const std::optional<std::string>& outputText,
                               const std::vector<std::size_t>& ranks) {
  EinsumEquation out;
  std::vector<Term> terms;
  std::size_t most = 0;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    EW_ASSIGN(Term term, parseTerm(texts[i]));
    const std::size_t named = term.head.size() + term.tail.size();
    if (named > ranks[i] || (named < ranks[i] && !term.ellipsis) || ranks[i] > maxRank)
      return invalid("term " + inQuotes(texts[i]) + " does not fit an input of rank " + std::to_string(ranks[i]));
    out.inputs.push_back(labelsOf(term, ranks[i] - named));
    if (term.ellipsis) most = std::max(most, ranks[i] - named);
    terms.push_back(std::move(term));
  }
  out.labels = letters + most;
  Term output = implicitOutput(terms);
  if (outputText) {
    EW_ASSIGN(output, parseTerm(*outputText));
  }
  out.output = labelsOf(output, most);
  EW_TRY(checkOutput(out));
  return out;
}

}  // namespace

Result<EinsumEquation> parseEinsum(const std::string& equation, const std::vector<std::size_t>& ranks) {
  std::string text = equation;
  std::erase(text, ' ');
  std::optional<std::string> output;
  if (const std::size_t arrow = text.find("->"); arrow != std::string::npos) {
    output = text.substr(arrow + 2);
    text.resize(arrow);
  }
  const std::vector<std::string> terms = split(text, ',');
  if (terms.size() != ranks.size())
    return invalid("equation " + inQuotes(equation) + " has " + std::to_string(terms.size()) + " terms for " + std::to_string(ranks.size()) + " inputs");
  EW_ASSIGN_AT(EinsumEquation out, matched(terms, output, ranks), "equation " + inQuotes(equation));
  return out;
}

}  // namespace ew::ops
