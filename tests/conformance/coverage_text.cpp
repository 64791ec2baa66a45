// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/ops/op.h"
#include "tests/conformance/coverage.h"

namespace ew::test {
namespace {

using Key = std::pair<std::string, std::string>;

/// The versions that all definitions of an operator span.
struct Versions {
  int since = 1 << 30, last = 0;
};

std::map<Key, Versions> catalogVersions() {
  std::map<Key, Versions> out;
  for (const ops::OpDef& def : ops::catalog()) {
    Versions& versions = out[{def.domain.empty() ? "ai.onnx" : std::string(def.domain), std::string(def.name)}];
    versions.since = std::min(versions.since, def.sinceVersion);
    versions.last = std::max(versions.last, def.lastVersion);
  }
  return out;
}

nlohmann::json typeNames(const std::set<DType>& types) {
  nlohmann::json out = nlohmann::json::array();
  for (const DType type : types) out.push_back(dtypeName(type));
  return out;
}

std::string joined(const std::set<DType>& types) {
  std::string out;
  for (const DType type : types) out += (out.empty() ? "" : " ") + std::string(dtypeName(type));
  return out;
}

const OperatorCoverage& coverageOf(const Coverage& coverage, const Key& key) {
  static const OperatorCoverage none;
  const auto found = coverage.find(key);
  return found == coverage.end() ? none : found->second;
}

/// One entry a line, so that a change shows as one.
std::string lines(const std::vector<nlohmann::json>& entries) {
  std::string out = "[";
  for (const nlohmann::json& entry : entries) out += (&entry == entries.data() ? "\n    " : ",\n    ") + entry.dump();
  return out + "\n  ]";
}

}  // namespace

std::string coverageJson(const Coverage& coverage) {
  std::vector<nlohmann::json> operators, refused;
  const std::map<Key, Versions> known = catalogVersions();
  for (const auto& [key, versions] : known) {
    const OperatorCoverage& entry = coverageOf(coverage, key);
    operators.push_back({{"domain", key.first}, {"name", key.second}, {"since", versions.since}, {"last", versions.last}, {"cases_passed", entry.passed},
                         {"opsets_checked", entry.opsets}, {"types_checked", typeNames(entry.checkedTypes)}, {"types_run", typeNames(entry.ranTypes)}, {"types_refused", typeNames(entry.refusedTypes)}});
  }
  for (const auto& [key, entry] : coverage)
    if (!known.contains(key)) refused.push_back({{"domain", key.first}, {"name", key.second}, {"cases_refused", entry.refused}});
  return "{\n  \"schema\": \"edgewright.operators/1\",\n  \"operators\": " + lines(operators) + ",\n  \"refused\": " + lines(refused) + "\n}\n";
}

std::string coverageTable(const Coverage& coverage) {
  std::string out = "| operator | domain | opsets | official cases passed | types checked by them | further types that run | types refused |\n|---|---|---|---|---|---|---|\n";
  const std::map<Key, Versions> known = catalogVersions();
  for (const auto& [key, versions] : known) {
    const OperatorCoverage& entry = coverageOf(coverage, key);
    std::set<DType> further;
    std::ranges::set_difference(entry.ranTypes, entry.checkedTypes, std::inserter(further, further.end()));
    out += "| " + key.second + " | " + key.first + " | " + std::to_string(versions.since) + " to " + std::to_string(versions.last) + " | " + std::to_string(entry.passed) + " | " +
           joined(entry.checkedTypes) + " | " + joined(further) + " | " + joined(entry.refusedTypes) + " |\n";
  }
  for (const auto& [key, entry] : coverage)
    if (!known.contains(key)) out += "| " + key.second + " | " + key.first + " | none | refused: " + std::to_string(entry.refused) + " | | | |\n";
  return out;
}

}  // namespace ew::test
