// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/console_progress.h"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <nlohmann/json.hpp>

#include "core/base/json_text.h"
#include "core/base/text.h"

namespace ew::cli {
namespace {

volatile std::sig_atomic_t interruptSeen = 0;
volatile std::sig_atomic_t firstInterrupt = 0;

/// Seconds of the monotonic clock. clock_gettime may be called from a signal handler.
std::sig_atomic_t monotonicSeconds() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::sig_atomic_t>(now.tv_sec);
}

/// The first Ctrl+C asks the running call to stop; another one some seconds later ends the process at once. One that
/// follows directly is the same one: launchers such as timeout(1) signal the process and then its group.
void onInterrupt(int) {
  const std::sig_atomic_t now = monotonicSeconds();
  if (interruptSeen != 0 && now - firstInterrupt > 1) {
    std::signal(SIGINT, SIG_DFL);
    std::raise(SIGINT);
    return;
  }
  if (interruptSeen == 0) firstInterrupt = now;
  interruptSeen = 1;
}

constexpr auto showInterval = std::chrono::milliseconds(100);

}  // namespace

ConsoleProgress::ConsoleProgress(Style style, double timeoutSeconds) : style_(style), timeoutSeconds_(timeoutSeconds) {
  std::signal(SIGINT, onInterrupt);
}

ConsoleProgress::~ConsoleProgress() {
  if (barShown_) std::fputs("\r\033[K", stderr);
}

bool ConsoleProgress::interrupted() { return interruptSeen != 0; }

bool ConsoleProgress::timedOut() const {
  return timeoutSeconds_ > 0 && std::chrono::duration<double>(Clock::now() - start_).count() > timeoutSeconds_;
}

void ConsoleProgress::step(std::int64_t done, std::int64_t total, std::string_view what) {
  if (style_ == Style::None) return;
  const std::lock_guard<std::mutex> lock(mutex_);
  const Clock::time_point now = Clock::now();
  if (now - lastShown_ < showInterval) return;
  lastShown_ = now;
  if (style_ == Style::Json) {
    const nlohmann::json line{{"done", done}, {"total", total}, {"what", std::string(what)}};
    std::fprintf(stderr, "%s\n", jsonText(line).c_str());
    return;
  }
  barShown_ = true;
  const std::string label = escapeControl(what);
  if (total > 0) {
    constexpr int width = 30;
    const auto filled = static_cast<std::size_t>(std::clamp<std::int64_t>(width * done / total, 0, width));
    std::fprintf(stderr, "\r\033[K%s [%-*s] %lld/%lld", label.c_str(), width, std::string(filled, '=').c_str(),
                 static_cast<long long>(done), static_cast<long long>(total));
  } else {
    std::fprintf(stderr, "\r\033[K%s %lld", label.c_str(), static_cast<long long>(done));
  }
}

}  // namespace ew::cli
