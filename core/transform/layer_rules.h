// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace ew::transform {

/// Which key of a `layers` map applies to each layer: an exact name wins over patterns, among patterns the longest.
/// Layers without a rule are left out. Invalid, with the nearest names, when a key matches no layer.
Result<std::map<std::string, std::string>> matchLayerRules(const std::vector<std::string>& keys,
                                                           const std::vector<std::string>& layerNames);

/// The rule's value for each layer that has one.
template <class T>
Result<std::map<std::string, T>> resolveLayerRules(const std::map<std::string, T>& rules, const std::vector<std::string>& layerNames) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : rules) keys.push_back(key);
  EW_ASSIGN(const auto matched, matchLayerRules(keys, layerNames));
  std::map<std::string, T> out;
  for (const auto& [layer, key] : matched) out.emplace(layer, rules.at(key));
  return out;
}

}  // namespace ew::transform
