// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/live_runner.h"

#include <algorithm>
#include <chrono>

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

double percentile(std::vector<double> values, double fraction) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(fraction * static_cast<double>(values.size() - 1) + 0.5)];
}

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

LiveRunner::LiveRunner(QObject* parent) : QObject(parent) {}
LiveRunner::~LiveRunner() { stop(); }

void LiveRunner::start(LiveSetup setup) {
  stop();
  stop_ = std::make_shared<std::atomic<bool>>(false);
  thread_.reset(QThread::create([this, setup = std::move(setup), flag = stop_] {
    const Status status = loop(setup, *flag);
    if (!status.ok()) emit failed(QString::fromStdString(status.error().text()));
  }));
  QThread* const thread = thread_.get();
  connect(thread, &QThread::finished, this, [this, thread] {
    if (thread_.get() != thread) return;
    thread_.release()->deleteLater();
    emit stateChanged(false);
  });
  thread_->start();
  emit stateChanged(true);
}

void LiveRunner::stop() {
  if (!thread_) return;
  *stop_ = true;
  thread_->wait();
  thread_.reset();
  emit stateChanged(false);
}

Status LiveRunner::loop(const LiveSetup& setup, const std::atomic<bool>& stop) {
  EW_ASSIGN(const Frames frames, Frames::open(setup));
  EW_ASSIGN_AT(Side original, makeSide(*setup.original, setup), "original");
  EW_ASSIGN_AT(Side current, makeSide(*setup.current, setup), "current");
  LiveView view;
  view.backend = setup.recipe.backend;
  std::int64_t agreed = 0;
  const Clock::time_point begin = Clock::now();
  Clock::time_point sent{};
  for (std::int64_t i = 0; !stop; ++i) {
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
    emit updated(std::make_shared<LiveView>(view));
  }
  return {};
}

}  // namespace ew::session
