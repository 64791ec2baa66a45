// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>
#include <functional>
#include <map>
#include <memory>

#include "core/base/progress.h"
#include "core/base/result.h"

namespace ew::session {

/// Background work with progress and cancel. Each lane runs one job at a time: a new job in a lane cancels the one
/// before it, whose late result is dropped. All signals come on the GUI thread.
class JobQueue : public QObject {
  Q_OBJECT
 public:
  /// Runs on a worker. What it returns runs on the GUI thread if the job is still the newest of its lane.
  using Deliver = std::function<void()>;
  using Work = std::function<Result<Deliver>(Progress&)>;

  explicit JobQueue(QObject* parent = nullptr);
  ~JobQueue() override;

  /// The id of the new job.
  int start(const QString& lane, const QString& title, Work work);
  void cancel(int id);
  void cancelLane(const QString& lane);
  void cancelAll();
  bool busy() const { return !running_.empty(); }
  bool busy(const QString& lane) const { return newest_.contains(lane); }

 signals:
  /// The job lasts long enough to be worth a line on the screen (not sent for those that end at once).
  void started(int id, const QString& title);
  void progressed(int id, qint64 done, qint64 total, const QString& what);
  /// It ended, well or not.
  void finished(int id);
  /// Someone stopped it; sent before finished().
  void cancelled(int id);
  /// A failure that the user has to hear of (not a cancellation).
  void failed(const QString& title, const QString& error);

 private:
  struct Job;
  void finish(const std::shared_ptr<Job>& job, const std::shared_ptr<Result<Deliver>>& result);

  int nextId_ = 1;
  std::map<int, std::shared_ptr<Job>> running_;
  std::map<QString, int> newest_;  ///< by lane
};

}  // namespace ew::session
