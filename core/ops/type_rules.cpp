// SPDX-License-Identifier: Apache-2.0
#include "core/ops/type_rules.h"

#include <algorithm>
#include <array>
#include <map>

#include "core/base/text.h"

namespace ew::ops {
namespace {

using TypeSet = std::uint64_t;  // a bit for each DType

TypeSet bitOf(DType type) { return TypeSet{1} << static_cast<unsigned>(type); }

/// What the inputs of one operator may be.
struct TypeRule {
  std::vector<std::size_t> groups;  ///< by input: those of one group have the same type
  std::vector<TypeSet> types;       ///< by group
  bool lastRepeats = false;
};

struct Row {
  std::string_view op, inputs, types;
};
constexpr Row rows[] = {
#define EW_TYPES(op, inputs, types) {op, inputs, types},
#include "core/ops/type_rules.inc"
#undef EW_TYPES
};

TypeRule parse(const Row& row) {
  TypeRule rule;
  for (const char letter : row.inputs) {
    if (letter == '*') rule.lastRepeats = true;
    else if (letter != ' ') rule.groups.push_back(static_cast<std::size_t>(letter - 'A'));
  }
  for (const std::string& group : split(std::string(row.types), ';')) {
    TypeSet set = 0;
    for (const std::string& name : split(group.substr(group.find(':') + 1), ' '))
      if (const auto type = dtypeFromName(name)) set |= bitOf(*type);
    rule.types.push_back(set);
  }
  return rule;
}

/// By position in the catalog; no groups where there is no rule.
const std::vector<TypeRule>& rulesOfCatalog() {
  static const std::vector<TypeRule> rules = [] {
    std::map<std::string_view, const Row*> byName;
    for (const Row& row : rows) byName.emplace(row.op, &row);
    std::vector<TypeRule> out;
    for (const OpDef& def : catalog()) {
      const auto row = byName.find(def.name);
      out.push_back(def.domain.empty() && row != byName.end() ? parse(*row->second) : TypeRule());
    }
    return out;
  }();
  return rules;
}

std::string inputText(std::size_t index, DType type) {
  return "input " + std::to_string(index) + " (" + std::string(dtypeName(type)) + ")";
}

}  // namespace

Status checkInputTypes(const OpDef& def, std::span<const DType> inputs) {
  const TypeRule& rule = rulesOfCatalog()[static_cast<std::size_t>(&def - catalog().data())];
  if (rule.groups.empty()) return {};
  constexpr std::size_t noInput = SIZE_MAX;
  std::array<std::size_t, 32> first;  // of each group: the first input whose type is known
  first.fill(noInput);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const DType type = inputs[i];
    if (type == DType::none) continue;
    if (i >= rule.groups.size() && !rule.lastRepeats) break;
    const std::size_t group = rule.groups[std::min(i, rule.groups.size() - 1)];
    if ((rule.types[group] & bitOf(type)) == 0) return invalid(std::string(def.name) + " does not take " + inputText(i, type));
    std::size_t& known = first[group];
    if (known != noInput && inputs[known] != type)
      return invalid(inputText(known, inputs[known]) + " and " + inputText(i, type) + " of " + std::string(def.name) + " must have the same type");
    if (known == noInput) known = i;
  }
  return {};
}

}  // namespace ew::ops
