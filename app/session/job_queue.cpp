// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/job_queue.h"

#include <QThreadPool>
#include <QTimer>
#include <atomic>
#include <chrono>
#include <mutex>

namespace ew::session {
namespace {

constexpr auto progressInterval = std::chrono::milliseconds(50);
constexpr int worthShowingMs = 150;

}  // namespace

struct JobQueue::Job final : Progress {
  int id = 0;
  QString lane, title;
  std::atomic<bool> stop{false};
  std::mutex mutex;           ///< guards `queue` against its end
  JobQueue* queue = nullptr;  ///< null once the queue is gone
  std::chrono::steady_clock::time_point shown{};

  bool cancelled() const override { return stop.load(std::memory_order_relaxed); }

  void step(std::int64_t done, std::int64_t total, std::string_view what) override {
    const auto now = std::chrono::steady_clock::now();
    if (now - shown < progressInterval) return;
    shown = now;
    const QString text = QString::fromUtf8(what.data(), static_cast<qsizetype>(what.size()));
    post([id = id, done, total, text](JobQueue& queue) { emit queue.progressed(id, done, total, text); });
  }

  void post(std::function<void(JobQueue&)> call) {
    const std::lock_guard lock(mutex);
    if (queue == nullptr) return;
    QMetaObject::invokeMethod(queue, [target = queue, call = std::move(call)] { call(*target); }, Qt::QueuedConnection);
  }
};

JobQueue::JobQueue(QObject* parent) : QObject(parent) {}

JobQueue::~JobQueue() {
  for (auto& [id, job] : running_) {
    job->stop = true;
    const std::lock_guard lock(job->mutex);
    job->queue = nullptr;
  }
}

int JobQueue::start(const QString& lane, const QString& title, Work work) {
  cancelLane(lane);
  const auto job = std::make_shared<Job>();
  job->id = nextId_++;
  job->lane = lane;
  job->title = title;
  job->queue = this;
  running_[job->id] = job;
  newest_[lane] = job->id;
  QTimer::singleShot(worthShowingMs, this, [this, id = job->id, title] {
    if (running_.contains(id)) emit started(id, title);
  });
  QThreadPool::globalInstance()->start([job, work = std::move(work)] {
    auto result = std::make_shared<Result<Deliver>>(job->cancelled() ? Result<Deliver>(cancelledError()) : work(*job));
    job->post([job, result](JobQueue& queue) { queue.finish(job, result); });
  });
  return job->id;
}

void JobQueue::cancel(int id) {
  if (const auto it = running_.find(id); it != running_.end()) it->second->stop = true;
}

void JobQueue::cancelLane(const QString& lane) {
  if (const auto it = newest_.find(lane); it != newest_.end()) cancel(it->second);
}

void JobQueue::cancelAll() {
  for (const auto& [id, job] : running_) job->stop = true;
}

void JobQueue::finish(const std::shared_ptr<Job>& job, const std::shared_ptr<Result<Deliver>>& result) {
  running_.erase(job->id);
  const auto newest = newest_.find(job->lane);
  const bool current = newest != newest_.end() && newest->second == job->id;
  if (current) newest_.erase(newest);
  const bool stopped = job->cancelled() || (!result->ok() && result->error().code == ErrorCode::Interrupted);
  if (stopped) emit cancelled(job->id);
  else if (result->ok() && current && **result) (**result)();
  emit finished(job->id);
  if (!stopped && !result->ok()) emit failed(job->title, QString::fromStdString(result->error().text()));
}

}  // namespace ew::session
