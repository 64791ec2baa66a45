// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/background.h"

#include <QMetaObject>
#include <QThreadPool>
#include <atomic>
#include <mutex>

namespace ew::widgets {

struct LatestJob::Run final : Progress {
  void step(std::int64_t, std::int64_t, std::string_view) override {}
  bool cancelled() const override { return stop.load(std::memory_order_relaxed); }

  std::atomic<bool> stop{false};
  std::atomic<bool> done{false};
  std::mutex mutex;             ///< guards `receiver` against its end
  QObject* receiver = nullptr;  ///< null once nobody waits any more
};

LatestJob::LatestJob() = default;
LatestJob::~LatestJob() { cancel(); }

void LatestJob::cancel() {
  if (!run_) return;
  run_->stop = true;
  const std::lock_guard lock(run_->mutex);
  run_->receiver = nullptr;
}

bool LatestJob::running() const { return run_ && !run_->done && !run_->stop; }

void LatestJob::start(Work work) {
  cancel();
  run_ = std::make_shared<Run>();
  run_->receiver = &receiver_;
  QThreadPool::globalInstance()->start([run = run_, work = std::move(work)] {
    std::function<void()> deliver = run->stop ? nullptr : work(*run);
    const std::lock_guard lock(run->mutex);
    if (run->receiver == nullptr) return;
    QMetaObject::invokeMethod(
        run->receiver,
        [run, deliver = std::move(deliver)] {
          run->done = true;
          if (!run->stop && deliver) deliver();
        },
        Qt::QueuedConnection);
  });
}

}  // namespace ew::widgets
