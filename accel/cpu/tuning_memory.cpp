// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/tuning_memory.h"

#include <cctype>
#include <cmath>
#include <nlohmann/json.hpp>

#include "accel/cpu/dnnl_support.h"
#include "core/base/file.h"
#include "core/base/json_text.h"

#if defined(__x86_64__)
#include <cpuid.h>

#include <cstring>
#endif

namespace ew::cpu {
namespace {

constexpr const char* schema = "edgewright.kernels/1";
constexpr std::int64_t largestFile = 8 << 20;

/// The processor's own name with its stepping, and the instructions that oneDNN may use.
std::string processorName() {
  std::string name = "cpu";
#if defined(__x86_64__)
  unsigned words[12] = {}, a = 0, b = 0, c = 0, d = 0;
  for (unsigned i = 0; i < 3; ++i) __get_cpuid(0x80000002U + i, &words[4 * i], &words[4 * i + 1], &words[4 * i + 2], &words[4 * i + 3]);
  char text[sizeof words + 1] = {};
  std::memcpy(text, words, sizeof words);
  __get_cpuid(1, &a, &b, &c, &d);
  name = std::string(text) + "-" + std::to_string(a);
#endif
  return name + "-" + std::to_string(static_cast<int>(dnnl::get_effective_cpu_isa()));
}

/// Letters, digits and dashes only.
std::string asFileName(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.') out += c;
    else if (!out.empty() && out.back() != '-') out += '-';
  }
  return out;
}

std::vector<std::pair<std::string, Times>> parsed(const std::string& text) {
  std::vector<std::pair<std::string, Times>> out;
  const nlohmann::json document = nlohmann::json::parse(text, nullptr, false);
  if (!document.is_object() || document.value("schema", nlohmann::json()) != schema) return out;
  const auto entries = document.find("entries");
  if (entries == document.end() || !entries->is_array()) return out;
  for (const nlohmann::json& entry : *entries) {
    if (!entry.is_object() || !entry.contains("key") || !entry["key"].is_string() || !entry.contains("milliseconds")) continue;
    Times times;
    if (entry["milliseconds"].is_object())
      for (const auto& [name, value] : entry["milliseconds"].items())
        if (value.is_number() && std::isfinite(value.get<double>()) && value.get<double>() >= 0) times.emplace_back(name, value.get<double>());
    if (!times.empty()) out.emplace_back(entry["key"].get<std::string>(), std::move(times));
  }
  return out;
}

std::vector<std::pair<std::string, Times>> readTimes(const std::filesystem::path& path) {
  const Result<std::string> text = readFile(path, largestFile);
  return text.ok() ? parsed(*text) : std::vector<std::pair<std::string, Times>>();
}

}  // namespace

std::optional<std::filesystem::path> TuningMemory::file() const {
  const std::lock_guard lock(mutex_);
  if (!folder_) return std::nullopt;
  return *folder_ / ("kernels-" + asFileName(processorName() + "-" EDGEWRIGHT_VERSION) + ".json");
}

Times TuningMemory::find(const std::string& key) {
  readOnce();
  const std::lock_guard lock(mutex_);
  const auto it = byKey_.find(key);
  return it == byKey_.end() ? Times() : it->second->times;
}

void TuningMemory::keep(const std::string& key, Times times) {
  readOnce();
  const std::lock_guard lock(mutex_);
  changed_ = true;
  insert(key, std::move(times));
}

void TuningMemory::moveTo(std::filesystem::path folder) {
  const std::lock_guard lock(mutex_);
  folder_ = std::move(folder);
  read_ = false;
}

void TuningMemory::readOnce() {
  const auto path = file();
  const std::lock_guard lock(mutex_);
  if (read_ || !path) return;
  read_ = true;
  for (auto& [key, times] : readTimes(*path))
    if (!byKey_.contains(key)) insert(std::move(key), std::move(times));
}

void TuningMemory::insert(std::string key, Times times) {
  if (const auto it = byKey_.find(key); it != byKey_.end()) entries_.erase(it->second);
  entries_.push_back({key, std::move(times)});
  byKey_[std::move(key)] = std::prev(entries_.end());
  if (entries_.size() <= mostKeys) return;
  byKey_.erase(entries_.front().key);
  entries_.pop_front();
}

std::string TuningMemory::text() const {
  nlohmann::json entries = nlohmann::json::array();
  for (const Entry& entry : entries_) {
    nlohmann::json times = nlohmann::json::object();
    for (const auto& [name, milliseconds] : entry.times) times[name] = milliseconds;
    entries.push_back({{"key", entry.key}, {"milliseconds", std::move(times)}});
  }
  return jsonText({{"schema", schema}, {"entries", std::move(entries)}});
}

void TuningMemory::write() {
  const auto path = file();
  const std::lock_guard lock(mutex_);
  if (!changed_ || !path) return;
  changed_ = false;
  for (auto& [key, times] : readTimes(*path))
    if (!byKey_.contains(key) && entries_.size() < mostKeys) insert(std::move(key), std::move(times));
  std::error_code error;
  std::filesystem::create_directories(path->parent_path(), error);
  if (!error && !writeFileAtomically(*path, text()).ok()) return;  // remembered in this process only
}

}  // namespace ew::cpu
