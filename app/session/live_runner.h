// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <memory>
#include <vector>

#include "core/data/dataset.h"
#include "core/data/metrics.h"
#include "core/recipe/recipe.h"
#include "core/run/runtime.h"
#include "widgets/common/live_view.h"

namespace ew::session {

/// What a live run compares: both versions on one backend, over the evaluation data (or drawn inputs) in a loop.
struct LiveSetup {
  std::shared_ptr<const Graph> original, current;
  recipe::Recipe recipe;
  const BackendSet* backends = nullptr;
};

/// Runs original and current model side by side on a thread of its own until stopped. Views are sent at most 30 times
/// a second and never queue up. Stopping does not wait for the frame that is being computed.
class LiveRunner : public QObject {
  Q_OBJECT
 public:
  explicit LiveRunner(QObject* parent = nullptr);
  ~LiveRunner() override;

  void start(LiveSetup setup);
  void stop();
  bool running() const { return run_ != nullptr; }

 signals:
  void updated(std::shared_ptr<const widgets::LiveView> view);
  void stateChanged(bool running);
  void failed(const QString& error);

 private:
  struct Run;
  static Status loop(const std::shared_ptr<Run>& run);
  void ended(const std::shared_ptr<Run>& run, const Status& status);
  std::shared_ptr<Run> run_;               ///< null when nothing runs
  std::vector<std::shared_ptr<Run>> all_;  ///< with those that were stopped and finish their frame
};

}  // namespace ew::session
