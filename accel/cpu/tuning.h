// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ew::cpu {

/// One way to compute a step, for the tuner to time.
struct Candidate {
  std::string name;             ///< stable between runs of the program: it is what is remembered
  std::function<void()> run;    ///< on memory of its own; made ready before it is timed
  std::function<void()> before = {};  ///< each timed run, untimed; one run is timed at a time then
};

/// Index of the fastest candidate for a piece of work that `key` describes completely (operator, extents, types, layouts,
/// threads). Times each in turn, a few rounds, and remembers the answer: in this process, and on disk for this processor
/// and version (keepTimesIn; a file that cannot be read or written is no error). `make` is called only when nothing is
/// remembered; it may leave out what it cannot make. A remembered name that `names` lacks is measured again. Thread-safe.
std::size_t fastest(const std::string& key, const std::vector<std::string>& names,
                    const std::function<std::vector<Candidate>()>& make);

/// What was remembered or measured for `key`: milliseconds by name, for reports; empty when nothing was.
std::vector<std::pair<std::string, double>> timesOf(const std::string& key);

/// Writes what was measured since to disk; called at the end of a compilation.
void rememberTimes();

/// The process remembers its measurements in this folder from now on. Until somebody says so they stay in memory, so that
/// tests leave the user's folders alone; the program calls it with userCacheFolder().
void keepTimesIn(const std::filesystem::path& folder);

/// $XDG_CACHE_HOME/edgewright, else ~/.cache/edgewright; nothing when neither is known.
std::optional<std::filesystem::path> userCacheFolder();

}  // namespace ew::cpu
