// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include "core/transform/quantize/quantize.h"

namespace ew::transform {
namespace {

/// What a float value can be quantized by: activations, not constants. A value that only a Relu or Clip reads is
/// quantized behind it, so that nobody needs its range.
std::set<ValueId> valuesToObserve(const Graph& graph) {
  std::set<ValueId> out;
  const auto take = [&](ValueId id) {
    if (id == kNone || graph.initializer(id) != nullptr) return;
    const DType type = graph.value(id).dtype;
    if (type == DType::f32 || type == DType::none) out.insert(id);
  };
  for (const ValueId id : graph.inputs()) take(id);
  for (const Node& node : graph.nodes()) {
    if (node.opType == "Constant") continue;
    for (const ValueId id : node.outputs) take(id);
  }
  for (const Node& node : graph.nodes()) {
    if (node.input(0) == kNone) continue;
    const bool clamps = node.opType == "Relu" || (node.opType == "Clip" && std::all_of(node.inputs.begin() + 1, node.inputs.end(), [&](ValueId id) {
      return id == kNone || graph.initializer(id) != nullptr;
    }));
    if (clamps && graph.consumers(node.input(0)).size() == 1 && !graph.isOutput(node.input(0)) && !graph.isInput(node.input(0)))
      out.erase(node.input(0));
  }
  return out;
}

/// Least and greatest finite value of each tensor, over all samples and as means over them.
class RangeObserver final : public Observer {
 public:
  struct Seen {
    analysis::Range range;
    double lowSum = 0, highSum = 0;
    std::int64_t samples = 0;
  };

  void onValue(ValueId id, const Tensor& tensor) override {
    if (tensor.dtype() != DType::f32) return;
    const std::optional<analysis::Range> range = analysis::finiteRange(tensor);
    if (!range) return;
    const auto [it, isNew] = seen_.emplace(id, Seen{*range});
    Seen& seen = it->second;
    seen.range.low = std::min(seen.range.low, range->low);
    seen.range.high = std::max(seen.range.high, range->high);
    seen.lowSum += range->low;
    seen.highSum += range->high;
    ++seen.samples;
  }
  const std::map<ValueId, Seen>& seen() const { return seen_; }

 private:
  std::map<ValueId, Seen> seen_;
};

/// Counts values into the ranges of the first pass.
class HistogramObserver final : public Observer {
 public:
  HistogramObserver(const RangeObserver& ranges, int bins) {
    for (const auto& [id, seen] : ranges.seen()) {
      analysis::Histogram& histogram = histograms_[id];
      histogram.range = seen.range;
      histogram.counts.assign(static_cast<std::size_t>(bins), 0);
      const auto samples = static_cast<double>(seen.samples);
      histogram.average = analysis::Range{seen.lowSum / samples, seen.highSum / samples};
    }
  }
  void onValue(ValueId id, const Tensor& tensor) override {
    if (const auto it = histograms_.find(id); it != histograms_.end()) analysis::addToHistogram(it->second, tensor);
  }
  std::map<ValueId, analysis::Histogram> take() { return std::move(histograms_); }

 private:
  std::map<ValueId, analysis::Histogram> histograms_;
};

Status runAll(Runtime& runtime, const data::Dataset& dataset, Observer& observer, std::int64_t done, Progress& progress) {
  for (std::int64_t i = 0; i < dataset.size(); ++i) {
    if (progress.cancelled()) return cancelledError();
    progress.step(done + i, 2 * dataset.size(), "calibrating");
    EW_ASSIGN(const data::Sample sample, dataset.sample(i));
    EW_TRY_AT(runtime.run(std::span(&sample.input, 1), observer), sample.name);
  }
  return {};
}

}  // namespace

Result<CalibrationResult> calibrate(const Graph& graph, const BackendSet& backends, const std::string& backendId,
                                    const data::Dataset& dataset, int bins, Progress& progress) {
  if (graph.inputs().size() != 1)
    return invalid("calibration needs a model with one input, this one has " + std::to_string(graph.inputs().size()));
  if (dataset.size() == 0) return invalid("calibration needs at least one sample");
  CompileOptions options;
  options.observe = valuesToObserve(graph);
  options.reproducible = true;
  EW_ASSIGN(Runtime runtime, Runtime::create(graph, backends, backendId, options));
  RangeObserver ranges;
  EW_TRY(runAll(runtime, dataset, ranges, 0, progress));
  HistogramObserver histograms(ranges, std::max(1, bins));
  EW_TRY(runAll(runtime, dataset, histograms, dataset.size(), progress));
  CalibrationResult out;
  out.samples = dataset.size();
  for (auto& [id, histogram] : histograms.take()) out.histograms.emplace(graph.value(id).name, std::move(histogram));
  return out;
}

}  // namespace ew::transform
