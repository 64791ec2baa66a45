// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <functional>
#include <memory>

#include "core/base/progress.h"

namespace ew::widgets {

/// Runs work of a panel off the GUI thread, the newest request only: starting again cancels what runs, and a result
/// that arrives late is dropped, so it never overwrites a newer one.
class LatestJob {
 public:
  /// Runs on a worker; what it returns runs on the GUI thread. Neither may throw.
  using Work = std::function<std::function<void()>(Progress&)>;

  LatestJob();
  ~LatestJob();
  LatestJob(const LatestJob&) = delete;
  LatestJob& operator=(const LatestJob&) = delete;

  void start(Work work);
  void cancel();
  bool running() const;

 private:
  struct Run;
  std::shared_ptr<Run> run_;
  QObject receiver_;
};

}  // namespace ew::widgets
