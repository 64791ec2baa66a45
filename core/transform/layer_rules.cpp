// SPDX-License-Identifier: Apache-2.0
#include "core/transform/layer_rules.h"

#include <algorithm>

#include "core/base/text.h"

namespace ew::transform {
namespace {

/// An exact name beats every pattern.
bool isStronger(const std::string& key, const std::string& other, const std::string& layer) {
  if ((key == layer) != (other == layer)) return key == layer;
  return key.size() > other.size();
}

Error unknownLayer(const std::string& key, const std::vector<std::string>& layerNames) {
  std::string text = "layers: " + inQuotes(key) + " matches no layer";
  if (const std::string near = nearest(key, layerNames); !near.empty()) text += "; did you mean " + inQuotes(near) + "?";
  else if (!layerNames.empty()) {
    std::vector<std::string> some;
    for (std::size_t i = 0; i < std::min<std::size_t>(5, layerNames.size()); ++i) some.push_back(inQuotes(layerNames[i]));
    text += "; the layers are " + join(some, ", ") + (layerNames.size() > some.size() ? ", ..." : "");
  }
  return invalid(text);
}

}  // namespace

Result<std::map<std::string, std::string>> matchLayerRules(const std::vector<std::string>& keys,
                                                           const std::vector<std::string>& layerNames) {
  std::map<std::string, std::string> out;
  for (const std::string& key : keys) {
    bool matches = false;
    for (const std::string& layer : layerNames) {
      if (key != layer && !matchesPattern(key, layer)) continue;
      matches = true;
      const auto [it, isNew] = out.emplace(layer, key);
      if (!isNew && isStronger(key, it->second, layer)) it->second = key;
    }
    if (!matches) return unknownLayer(key, layerNames);
  }
  return out;
}

}  // namespace ew::transform
