// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "core/base/result.h"

namespace ew::data {

/// A YAML (or JSON, which is YAML) text as JSON, with the line of every key and element by JSON pointer.
struct YamlDocument {
  nlohmann::json json;
  std::map<std::string, int> lines;  ///< "/steps/1/prune/sparsity" -> 12, counted from 1

  /// "line 12" for a pointer or the nearest place above it that is known; empty when nothing is.
  std::string lineOf(const std::string& pointer) const;
};

/// Plain scalars become numbers, booleans and null as in YAML 1.2's core schema, quoted ones stay strings. Invalid
/// with line and column on a syntax error or a repeated key; Limit on over 100,000 nodes (aliases count where they are used).
Result<YamlDocument> parseYaml(const std::string& text);

}  // namespace ew::data
