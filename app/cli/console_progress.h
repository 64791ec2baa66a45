// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <chrono>
#include <mutex>
#include <string>
#include <string_view>

#include "core/base/progress.h"

namespace ew::cli {

/// Progress on stderr: a bar, JSON lines, or nothing. Cancels on Ctrl+C and when the time is up.
class ConsoleProgress final : public Progress {
 public:
  enum class Style { None, Bar, Json };
  ConsoleProgress(Style style, double timeoutSeconds);
  ~ConsoleProgress() override;
  ConsoleProgress(const ConsoleProgress&) = delete;
  ConsoleProgress& operator=(const ConsoleProgress&) = delete;

  void step(std::int64_t done, std::int64_t total, std::string_view what) override;
  bool cancelled() const override { return interrupted() || timedOut(); }
  bool timedOut() const;
  static bool interrupted();

 private:
  using Clock = std::chrono::steady_clock;
  Style style_;
  double timeoutSeconds_;
  Clock::time_point start_ = Clock::now();
  Clock::time_point lastShown_{};
  std::mutex mutex_;
  bool barShown_ = false;
};

}  // namespace ew::cli
