// SPDX-License-Identifier: Apache-2.0
#include "core/base/object_reader.h"

#include <algorithm>
#include <cmath>

#include "core/base/json_text.h"
#include "core/base/text.h"

namespace ew {

ObjectReader::ObjectReader(const nlohmann::json& object, std::string place) : object_(object), place_(std::move(place)) {
  if (!object_.is_object()) status_ = invalid("must be a map of keys").at(place_.empty() ? "/" : place_);
}

const nlohmann::json* ObjectReader::take(const std::string& key) {
  known_.push_back(key);
  if (!object_.is_object()) return nullptr;
  const auto it = object_.find(key);
  return it == object_.end() ? nullptr : &*it;
}

const nlohmann::json* ObjectReader::child(const std::string& key) { return take(key); }

void ObjectReader::fail(const std::string& key, const std::string& message) {
  if (status_.ok()) status_ = invalid("key " + inQuotes(key) + " " + message).at(pointer(key));
}

bool ObjectReader::text(const std::string& key, std::string& out) {
  const nlohmann::json* value = take(key);
  if (value == nullptr) return false;
  if (!value->is_string()) {
    fail(key, "must be text");
    return false;
  }
  out = value->get<std::string>();
  return true;
}

bool ObjectReader::number(const std::string& key, double& out, double low, double high) {
  const nlohmann::json* value = take(key);
  if (value == nullptr) return false;
  const double number = value->is_number() ? value->get<double>() : std::nan("");
  if (!(number >= low && number <= high)) {
    fail(key, "must be a number from " + numberText(low) + " to " + numberText(high) + ", not " + jsonText(*value));
    return false;
  }
  out = number;
  return true;
}

bool ObjectReader::integer(const std::string& key, std::int64_t& out, std::int64_t low, std::int64_t high) {
  const nlohmann::json* value = take(key);
  if (value == nullptr) return false;
  const bool fits = value->is_number_integer() && value->get<std::int64_t>() >= low && value->get<std::int64_t>() <= high;
  if (!fits) {
    fail(key, "must be a whole number from " + std::to_string(low) + " to " + std::to_string(high) + ", not " + jsonText(*value));
    return false;
  }
  out = value->get<std::int64_t>();
  return true;
}

bool ObjectReader::boolean(const std::string& key, bool& out) {
  const nlohmann::json* value = take(key);
  if (value == nullptr) return false;
  if (!value->is_boolean()) {
    fail(key, "must be true or false, not " + jsonText(*value));
    return false;
  }
  out = value->get<bool>();
  return true;
}

bool ObjectReader::choice(const std::string& key, std::string& out, const std::vector<std::string>& choices) {
  const nlohmann::json* value = take(key);
  if (value == nullptr) return false;
  const std::string wanted = value->is_string() ? value->get<std::string>() : jsonText(*value);
  if (std::find(choices.begin(), choices.end(), wanted) == choices.end()) {
    fail(key, "must be one of " + join(choices, ", ") + "; not " + inQuotes(wanted));
    return false;
  }
  out = wanted;
  return true;
}

bool ObjectReader::numbers(const std::string& key, std::vector<double>& out) {
  const nlohmann::json* value = take(key);
  if (value == nullptr) return false;
  const nlohmann::json list = value->is_array() ? *value : nlohmann::json::array({*value});
  if (!std::all_of(list.begin(), list.end(), [](const nlohmann::json& item) { return item.is_number(); })) {
    fail(key, "must be a list of numbers");
    return false;
  }
  out = list.get<std::vector<double>>();
  return true;
}

bool ObjectReader::texts(const std::string& key, std::vector<std::string>& out) {
  const nlohmann::json* value = take(key);
  if (value == nullptr) return false;
  const nlohmann::json list = value->is_array() ? *value : nlohmann::json::array({*value});
  if (!std::all_of(list.begin(), list.end(), [](const nlohmann::json& item) { return item.is_string(); })) {
    fail(key, "must be a list of texts");
    return false;
  }
  out = list.get<std::vector<std::string>>();
  return true;
}

Status ObjectReader::finish() {
  if (!status_.ok()) return status_;
  for (const auto& [key, value] : object_.items()) {
    if (std::find(known_.begin(), known_.end(), key) != known_.end()) continue;
    const std::string near = nearest(key, known_);
    std::string message = "unknown key " + inQuotes(key);
    message += near.empty() ? "; known are " + join(known_, ", ") : ": did you mean " + inQuotes(near) + "?";
    return invalid(message).at(pointer(key));
  }
  return {};
}

}  // namespace ew
