// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace ew::cpu {

using Times = std::vector<std::pair<std::string, double>>;  ///< milliseconds by a candidate's name

/// Measurements by key, in memory and in a file for this processor and version. The oldest are forgotten when there are
/// too many. A file that cannot be read counts as none. Thread-safe.
class TuningMemory {
 public:
  static constexpr std::size_t mostKeys = 4096;

  /// Without a folder nothing is read or written.
  explicit TuningMemory(std::optional<std::filesystem::path> folder = {}) : folder_(std::move(folder)) {}

  /// Empty when nothing is known.
  Times find(const std::string& key);
  void keep(const std::string& key, Times times);
  /// Adds what is new to the file, beside what other processes wrote there meanwhile.
  void write();
  void moveTo(std::filesystem::path folder);
  /// Where the file lies.
  std::optional<std::filesystem::path> file() const;

 private:
  struct Entry {
    std::string key;
    Times times;
  };

  void readOnce();
  void insert(std::string key, Times times);
  std::string text() const;

  mutable std::mutex mutex_;
  std::optional<std::filesystem::path> folder_;
  bool read_ = false, changed_ = false;
  std::list<Entry> entries_;  ///< oldest first
  std::unordered_map<std::string, std::list<Entry>::iterator> byKey_;
};

}  // namespace ew::cpu
