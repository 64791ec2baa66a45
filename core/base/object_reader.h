// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace ew {

/// Reads the keys of a JSON object strictly: each read checks the type, and finish() refuses keys that nobody asked
/// for, with the nearest known one. The first problem wins; later reads leave their targets as they are.
class ObjectReader {
 public:
  /// `place` is a JSON pointer ("/data/evaluation"); errors carry the key's own pointer in `where`.
  ObjectReader(const nlohmann::json& object, std::string place);

  bool has(const std::string& key) const { return object_.is_object() && object_.contains(key); }
  /// Each returns whether the key was there with the right type, and sets `out` then.
  bool text(const std::string& key, std::string& out);
  bool number(const std::string& key, double& out, double low, double high);
  bool integer(const std::string& key, std::int64_t& out, std::int64_t low, std::int64_t high);
  bool boolean(const std::string& key, bool& out);
  bool choice(const std::string& key, std::string& out, const std::vector<std::string>& choices);
  bool numbers(const std::string& key, std::vector<double>& out);   ///< a list, or one number
  bool texts(const std::string& key, std::vector<std::string>& out);
  /// The raw value for nested objects; nullptr when absent.
  const nlohmann::json* child(const std::string& key);
  std::string pointer(const std::string& key) const { return place_ + "/" + key; }

  void fail(const std::string& key, const std::string& message);
  Status finish();

 private:
  const nlohmann::json* take(const std::string& key);
  const nlohmann::json& object_;
  std::string place_;
  std::vector<std::string> known_;
  Status status_;
};

}  // namespace ew
