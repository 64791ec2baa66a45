// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/tuning.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <limits>
#include <mutex>

#include "accel/cpu/tuning_memory.h"

namespace ew::cpu {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double untimed = std::numeric_limits<double>::infinity();

TuningMemory& memory() {
  static TuningMemory instance;
  return instance;
}

/// One measurement at a time, or they disturb each other.
std::mutex measuring;

struct Contender {
  const Candidate* candidate;
  int repeats = 1;       ///< of a sample, so that the clock's own time does not count
  double best = untimed; ///< milliseconds a run
};

void sample(Contender& contender) {
  if (contender.candidate->before) contender.candidate->before();
  const Clock::time_point start = Clock::now();
  for (int i = 0; i < contender.repeats; ++i) contender.candidate->run();
  const double ms = std::chrono::duration<double, std::milli>(Clock::now() - start).count();
  contender.best = std::min(contender.best, ms / contender.repeats);
}

/// The least of a few rounds, in which the candidates take turns: what disturbs one hits all, and none finds its own data
/// in the caches. After each round only those stay that may still win.
Times measured(const std::vector<Candidate>& candidates) {
  constexpr double shortSample = 0.01, patience = 2.0, hopeless = 1.3;  // milliseconds, milliseconds, ratio
  constexpr int leastRounds = 1, mostRounds = 12;
  std::vector<Contender> contenders;
  for (const Candidate& candidate : candidates) {
    candidate.run();  // the first run touches memory for the first time
    contenders.push_back({&candidate});
    sample(contenders.back());
    const double ms = contenders.back().best;
    if (ms < shortSample && !candidate.before) contenders.back().repeats = static_cast<int>(shortSample / std::max(ms, 1e-5)) + 1;
  }
  const Clock::time_point start = Clock::now();
  for (int round = 0; round < mostRounds; ++round) {
    double winner = untimed;
    for (const Contender& contender : contenders) winner = std::min(winner, contender.best);
    for (Contender& contender : contenders)
      if (contender.best <= winner * hopeless) sample(contender);
    if (round + 1 >= leastRounds && std::chrono::duration<double, std::milli>(Clock::now() - start).count() > patience) break;
  }
  Times times;
  for (const Contender& contender : contenders) times.emplace_back(contender.candidate->name, contender.best);
  return times;
}

/// The best of the names among the times; nothing when one of them was never timed.
std::optional<std::size_t> bestOf(const std::vector<std::string>& names, const Times& times, bool allTimed) {
  std::optional<std::size_t> best;
  double least = untimed;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto it = std::find_if(times.begin(), times.end(), [&](const auto& time) { return time.first == names[i]; });
    if (it == times.end() && allTimed) return std::nullopt;
    if (it == times.end() || it->second >= least) continue;
    least = it->second;
    best = i;
  }
  return best;
}

}  // namespace

std::size_t fastest(const std::string& key, const std::vector<std::string>& names,
                    const std::function<std::vector<Candidate>()>& make) {
  if (names.size() <= 1) return 0;
  if (const auto known = bestOf(names, memory().find(key), true)) return *known;
  const std::lock_guard lock(measuring);
  if (const auto known = bestOf(names, memory().find(key), true)) return *known;  // measured while we waited
  Times times = measured(make());
  const std::size_t best = bestOf(names, times, false).value_or(0);
  // What could not be made loses for good.
  for (const std::string& name : names)
    if (std::none_of(times.begin(), times.end(), [&](const auto& time) { return time.first == name; }))
      times.emplace_back(name, std::numeric_limits<double>::max());
  memory().keep(key, std::move(times));
  return best;
}

std::vector<std::pair<std::string, double>> timesOf(const std::string& key) { return memory().find(key); }

void rememberTimes() { memory().write(); }

void keepTimesIn(const std::filesystem::path& folder) { memory().moveTo(folder); }

std::optional<std::filesystem::path> userCacheFolder() {
  if (const char* cache = std::getenv("XDG_CACHE_HOME"); cache != nullptr && *cache == '/') return std::filesystem::path(cache) / "edgewright";
  if (const char* home = std::getenv("HOME"); home != nullptr && *home == '/') return std::filesystem::path(home) / ".cache" / "edgewright";
  return std::nullopt;
}

}  // namespace ew::cpu
