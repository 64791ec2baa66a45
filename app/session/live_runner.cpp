// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/live_runner.h"

#include <QThread>
#include <algorithm>
#include <atomic>
#include <chrono>

#include "core/base/statistics.h"

namespace ew::session {
namespace {

using Clock = std::chrono::steady_clock;
using widgets::LiveSide;
using widgets::LiveView;

constexpr std::size_t keptFrames = 240;
constexpr std::size_t keptDisagreements = 12;
constexpr std::size_t shownClasses = 5;
constexpr std::int64_t tracedEvery = 16;  ///< tracing costs time of its own, so most frames go without
constexpr auto viewInterval = std::chrono::milliseconds(33);

std::vector<std::pair<std::int64_t, float>> topClasses(const Tensor& scores) {
  std::vector<std::pair<std::int64_t, float>> out;
  const Result<Tensor> floats = toFloat32(scores);
  if (!floats.ok()) return out;
  const std::span<const float> values = floats->data<float>();
  for (std::size_t i = 0; i < values.size(); ++i) out.emplace_back(static_cast<std::int64_t>(i), values[i]);
  const std::size_t count = std::min(shownClasses, out.size());
  std::partial_sort(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(count), out.end(),
                    [](const auto& a, const auto& b) { return a.second > b.second; });
  out.resize(count);
  return out;
}

/// One model of the two with what has been seen of it.
class Side {
 public:
  explicit Side(Runtime runtime) : runtime_(std::move(runtime)) {}

  Result<std::int64_t> frame(const std::vector<Tensor>& inputs, std::int64_t label, bool traced) {
    TraceObserver tracer;
    Observer silent;
    const Clock::time_point start = Clock::now();
    EW_ASSIGN(const std::vector<Tensor> outputs, runtime_.run(inputs, traced ? static_cast<Observer&>(tracer) : silent));
    const double ms = std::chrono::duration<double, std::milli>(Clock::now() - start).count();
    if (traced) readTrace(tracer.trace);
    else remember(ms);
    if (outputs.empty()) return -1;
    view_.top = topClasses(outputs[0]);
    if (label >= 0) accuracy_.add(outputs[0], label);
    return data::argmax(outputs[0]);
  }

  LiveSide view() {
    view_.p50Ms = percentile(view_.latenciesMs, 0.5);
    view_.p95Ms = percentile(view_.latenciesMs, 0.95);
    if (accuracy_.samples() > 0) view_.accuracy = data::wilson(accuracy_.top1Hits(), accuracy_.samples());
    return view_;
  }

 private:
  void remember(double ms) {
    view_.latenciesMs.push_back(ms);
    if (view_.latenciesMs.size() > keptFrames) view_.latenciesMs.erase(view_.latenciesMs.begin());
  }
  void readTrace(const Trace& trace) {
    view_.layers.clear();
    for (const NodeTrace& entry : trace.nodes) {
      const Node* node = runtime_.plan()->graph.node(entry.node);
      if (node != nullptr)
        view_.layers.push_back({entry.node, displayName(runtime_.plan()->graph, *node), node->opType, entry.backend, entry.kernel, entry.milliseconds});
    }
  }

  Runtime runtime_;
  LiveSide view_;
  data::Accuracy accuracy_;
};

Result<Side> makeSide(const Graph& graph, const LiveSetup& setup) {
  EW_ASSIGN(Runtime runtime, Runtime::create(graph, *setup.backends, setup.recipe.backend));
  return Side(std::move(runtime));
}

/// The inputs of frame i: evaluation samples in a loop, or one drawn input when there is no data.
class Frames {
 public:
  static Result<Frames> open(const LiveSetup& setup) {
    Frames frames;
    const Graph& graph = *setup.original;
    if (setup.recipe.evaluation && graph.inputs().size() == 1) {
      const Value& input = graph.value(graph.inputs()[0]);
      EW_ASSIGN(frames.dataset_, data::openDataset(*setup.recipe.evaluation, input.dtype, input.shape));
    } else {
      EW_ASSIGN(frames.drawn_, syntheticInputs(graph, 1, 1));
    }
    return frames;
  }

  struct Frame { std::vector<Tensor> inputs; std::int64_t label = -1; std::string name; };
  Result<Frame> at(std::int64_t index) const {
    if (!dataset_ || dataset_->size() == 0) return Frame{drawn_, -1, "drawn input"};
    EW_ASSIGN(data::Sample sample, dataset_->sample(index % dataset_->size()));
    return Frame{{sample.input}, sample.label, sample.name};
  }

 private:
  std::shared_ptr<const data::Dataset> dataset_;
  std::vector<Tensor> drawn_;
};

}  // namespace

struct LiveRunner::Run {
  LiveSetup setup;
  LiveRunner* runner = nullptr;
  std::atomic<bool> stop{false};
  std::atomic<bool> unseen{false};  ///< a view is on its way to the GUI thread
  std::unique_ptr<QThread> thread;

  /// Views that the window has no time for are left out.
  static void send(const std::shared_ptr<Run>& self, std::shared_ptr<const LiveView> view) {
    if (self->unseen.exchange(true)) return;
    QMetaObject::invokeMethod(self->runner, [self, view = std::move(view)] {
      self->unseen = false;
      if (!self->stop) emit self->runner->updated(view);
    }, Qt::QueuedConnection);
  }
};

LiveRunner::LiveRunner(QObject* parent) : QObject(parent) {}

LiveRunner::~LiveRunner() {
  for (const auto& run : all_) run->stop = true;
  for (const auto& run : all_) {
    run->thread->wait();
    run->thread.reset();
  }
}

void LiveRunner::start(LiveSetup setup) {
  stop();
  const auto run = std::make_shared<Run>();
  run->setup = std::move(setup);
  run->runner = this;
  run->thread.reset(QThread::create([run] {
    const Status status = loop(run);
    QMetaObject::invokeMethod(run->runner, [run, status] { run->runner->ended(run, status); }, Qt::QueuedConnection);
  }));
  run_ = run;
  all_.push_back(run);
  run->thread->start();
  emit stateChanged(true);
}

void LiveRunner::stop() {
  if (!run_) return;
  run_->stop = true;
  run_.reset();
  emit stateChanged(false);
}

void LiveRunner::ended(const std::shared_ptr<Run>& run, const Status& status) {
  run->thread->wait();
  run->thread.reset();  // its function holds the run
  std::erase(all_, run);
  if (run_ != run) return;  // it was stopped before
  run_.reset();
  emit stateChanged(false);
  if (!status.ok()) emit failed(QString::fromStdString(status.error().text()));
}

Status LiveRunner::loop(const std::shared_ptr<Run>& run) {
  const LiveSetup& setup = run->setup;
  EW_ASSIGN(const Frames frames, Frames::open(setup));
  EW_ASSIGN_AT(Side original, makeSide(*setup.original, setup), "original");
  EW_ASSIGN_AT(Side current, makeSide(*setup.current, setup), "current");
  LiveView view;
  view.backend = setup.recipe.backend;
  std::int64_t agreed = 0;
  const Clock::time_point begin = Clock::now();
  Clock::time_point sent{};
  for (std::int64_t i = 0; !run->stop; ++i) {
    EW_ASSIGN(const Frames::Frame frame, frames.at(i));
    const bool traced = i % tracedEvery == 0;
    EW_ASSIGN_AT(const std::int64_t a, original.frame(frame.inputs, frame.label, traced), "original");
    EW_ASSIGN_AT(const std::int64_t b, current.frame(frame.inputs, frame.label, traced), "current");
    agreed += a == b ? 1 : 0;
    view.frames = i + 1;
    if (a != b) {
      view.disagreements.insert(view.disagreements.begin(), {frame.name, frame.inputs[0], frame.label, a, b});
      if (view.disagreements.size() > keptDisagreements) view.disagreements.pop_back();
    }
    const Clock::time_point now = Clock::now();
    if (now - sent < viewInterval) continue;
    sent = now;
    view.framesPerSecond = static_cast<double>(view.frames) / std::chrono::duration<double>(now - begin).count();
    view.agreement = data::wilson(agreed, view.frames);
    view.inputName = frame.name;
    view.input = frame.inputs[0];
    view.label = frame.label;
    view.original = original.view();
    view.current = current.view();
    Run::send(run, std::make_shared<LiveView>(view));
  }
  return {};
}

}  // namespace ew::session
