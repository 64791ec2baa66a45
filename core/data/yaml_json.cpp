// SPDX-License-Identifier: Apache-2.0
#include "core/data/yaml_json.h"

#include <yaml-cpp/yaml.h>

#include "core/base/text.h"

namespace ew::data {
namespace {

constexpr int maxNodes = 100'000;
constexpr int maxDepth = 100;

std::string escapedPointerToken(const std::string& key) {
  std::string out;
  for (const char c : key) {
    if (c == '~') out += "~0";
    else if (c == '/') out += "~1";
    else out += c;
  }
  return out;
}

nlohmann::json scalarValue(const YAML::Node& node) {
  const std::string& text = node.Scalar();
  if (node.Tag() == "!") return text;  // quoted
  if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") return nullptr;
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  const std::string number = text.front() == '+' ? text.substr(1) : text;
  long long integer = 0;
  if (parseInt(number, integer)) return integer;
  const bool looksNumeric = number.find_first_not_of("0123456789.eE+-") == std::string::npos;
  double real = 0;
  if (looksNumeric && parseDouble(number, real)) return real;
  return text;
}

class Converter {
 public:
  explicit Converter(YamlDocument& document) : document_(document) {}

  Result<nlohmann::json> convert(const YAML::Node& node, const std::string& pointer, int depth) {
    const int line = node.Mark().line + 1;
    if (++count_ > maxNodes) return limitReached("more than " + std::to_string(maxNodes) + " YAML nodes");
    if (depth > maxDepth) return limitReached("YAML is nested over " + std::to_string(maxDepth) + " levels");
    document_.lines.emplace(pointer, line);
    if (node.IsScalar()) return scalarValue(node);
    if (node.IsSequence()) return sequence(node, pointer, depth);
    if (node.IsMap()) return map(node, pointer, depth);
    return nlohmann::json(nullptr);
  }

 private:
  Result<nlohmann::json> sequence(const YAML::Node& node, const std::string& pointer, int depth) {
    nlohmann::json out = nlohmann::json::array();
    for (const YAML::Node& child : node) {
      EW_ASSIGN(nlohmann::json value, convert(child, pointer + "/" + std::to_string(out.size()), depth + 1));
      out.push_back(std::move(value));
    }
    return out;
  }

  Result<nlohmann::json> map(const YAML::Node& node, const std::string& pointer, int depth) {
    nlohmann::json out = nlohmann::json::object();
    for (const auto& entry : node) {
      const std::string place = "line " + std::to_string(entry.first.Mark().line + 1);
      if (!entry.first.IsScalar()) return invalid("a key must be plain text").at(place);
      const std::string key = entry.first.Scalar();
      if (out.contains(key)) return invalid("key " + inQuotes(key) + " is given twice").at(place);
      const std::string childPointer = pointer + "/" + escapedPointerToken(key);
      document_.lines[childPointer] = entry.first.Mark().line + 1;
      EW_ASSIGN(out[key], convert(entry.second, childPointer, depth + 1));
    }
    return out;
  }

  YamlDocument& document_;
  int count_ = 0;
};

}  // namespace

std::string YamlDocument::lineOf(const std::string& pointer) const {
  for (std::string place = pointer;;) {
    if (const auto it = lines.find(place); it != lines.end()) return "line " + std::to_string(it->second);
    const std::size_t slash = place.rfind('/');
    if (slash == std::string::npos) return {};
    place.resize(slash);
  }
}

Result<YamlDocument> parseYaml(const std::string& text) {
  YamlDocument document;
  // yaml-cpp reports by exception; none leaves this function.
  try {
    const YAML::Node root = YAML::Load(text);
    Converter converter(document);
    EW_ASSIGN(document.json, converter.convert(root, "", 0));
  } catch (const YAML::Exception& error) {
    return invalid("not valid YAML: " + error.msg).at("line " + std::to_string(error.mark.line + 1) + ", column " +
                                                      std::to_string(error.mark.column + 1));
  }
  return document;
}

}  // namespace ew::data
