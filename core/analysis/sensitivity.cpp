// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/sensitivity.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <memory>

#include "core/analysis/weights.h"
#include "core/graph/graph_edit.h"

namespace ew::analysis {
namespace {

using Outputs = std::vector<std::vector<Tensor>>;  // by input, by output

/// A weight as integers of `width` bits would give it back: symmetric, a scale for each output channel.
Tensor rounded(const Tensor& weight, std::int64_t channelAxis, int width) {
  const float steps = static_cast<float>((1 << (width - 1)) - 1);
  const auto axis = static_cast<std::size_t>(channelAxis);
  const auto channels = static_cast<std::size_t>(weight.dim(axis));
  const auto inner = static_cast<std::size_t>(std::max<std::int64_t>(1, stridesOf(weight.dims())[axis]));
  Tensor out = weight;
  const std::span<float> values = out.mutableData<float>();
  std::vector<float> largest(channels, 0.0F);
  for (std::size_t i = 0; i < values.size(); ++i)
    if (std::isfinite(values[i])) largest[i / inner % channels] = std::max(largest[i / inner % channels], std::abs(values[i]));
  for (std::size_t i = 0; i < values.size(); ++i) {
    const float scale = std::max(largest[i / inner % channels] / steps, std::numeric_limits<float>::min());
    const float stored = std::nearbyint(values[i] / scale);
    values[i] = std::isnan(stored) ? 0.0F : std::clamp(stored, -steps, steps) * scale;
  }
  return out;
}

/// Signal and noise of all outputs.
struct Power {
  double signal = 0, noise = 0;
  double decibels() const {
    if (noise == 0) return std::numeric_limits<double>::infinity();
    return 10 * std::log10(std::max(signal, std::numeric_limits<double>::min()) / noise);
  }
};

Status addPower(const std::vector<Tensor>& expected, const std::vector<Tensor>& actual, Power& power) {
  for (std::size_t k = 0; k < expected.size(); ++k) {
    EW_ASSIGN(const Tensor a, toFloat32(expected[k]));
    EW_ASSIGN(const Tensor b, toFloat32(actual[k]));
    for (std::size_t i = 0; i < a.data<float>().size(); ++i) {
      const auto x = static_cast<double>(a.data<float>()[i]), y = static_cast<double>(b.data<float>()[i]);
      power.signal += x * x;
      power.noise += (x - y) * (x - y);
    }
  }
  return {};
}

/// Runs a graph on every input. Without reuse each graph gets a runner of its own.
class Runs {
 public:
  Runs(const BackendSet& backends, const std::string& backendId, const SensitivityOptions& options, Progress& progress)
      : backends_(backends), backendId_(backendId), options_(options), progress_(progress) {}

  Status each(const Graph& graph, std::span<const std::vector<Tensor>> inputs, const std::function<Status(std::size_t, std::vector<Tensor>)>& see) {
    if (!runner_ || !options_.reusePrefix) {
      EW_ASSIGN(PrefixRunner made, PrefixRunner::create(backends_, backendId_, {}, options_.cacheBytes));
      runner_ = std::make_unique<PrefixRunner>(std::move(made));
    }
    const PrefixRunner::Counters before = runner_->counters();
    ProgressObserver observer(progress_);
    std::shared_ptr<const PrefixRunner::Model> model;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      if (progress_.cancelled()) return cancelledError();
      if (model == nullptr) {
        EW_ASSIGN(model, runner_->prepare(graph, inputs[i]));
      }
      EW_ASSIGN(std::vector<Tensor> outputs, runner_->run(model, inputs[i], observer));
      EW_TRY(see(i, std::move(outputs)));
    }
    const PrefixRunner::Counters& now = runner_->counters();
    total_.runs += now.runs - before.runs;
    total_.nodesRun += now.nodesRun - before.nodesRun;
    total_.nodesSkipped += now.nodesSkipped - before.nodesSkipped;
    total_.compilations += now.compilations - before.compilations;
    return {};
  }
  const PrefixRunner::Counters& total() const { return total_; }

 private:
  const BackendSet& backends_;
  const std::string& backendId_;
  const SensitivityOptions& options_;
  Progress& progress_;
  std::unique_ptr<PrefixRunner> runner_;
  PrefixRunner::Counters total_;
};

}  // namespace

Result<Sensitivity> sensitivity(const Graph& graph, std::span<const std::vector<Tensor>> inputs, const BackendSet& backends,
                                const std::string& backendId, const SensitivityOptions& options, Progress& progress) {
  if (inputs.empty()) return invalid("sensitivity needs at least one input");
  for (const int width : options.widths)
    if (width < 2 || width > 8) return invalid("a width of " + std::to_string(width) + " bits: 2 to 8 are possible");
  Runs runs(backends, backendId, options, progress);
  Outputs expected(inputs.size());
  EW_TRY(runs.each(graph, inputs, [&](std::size_t i, std::vector<Tensor> outputs) -> Status {
    expected[i] = std::move(outputs);
    return {};
  }));
  Sensitivity out;
  std::int64_t done = 0;
  const auto total = static_cast<std::int64_t>(graph.nodes().size());
  for (const Node& node : graph.nodes()) {
    progress.step(done++, total, "sensitivity");
    const std::vector<WeightRef> weights = weightsOf(graph, node);
    if (weights.empty() || weights[0].quantization || weights[0].stored->dtype() != DType::f32 || weights[0].stored->rank() < 2 ||
        graph.initializer(weights[0].value) == nullptr)
      continue;
    for (const int width : options.widths) {
      GraphEdit edit(graph);
      edit.setInitializer(weights[0].value, rounded(*weights[0].stored, weights[0].channelAxis, width));
      const Graph changed = std::move(edit).take();
      Power power;
      EW_TRY(runs.each(changed, inputs, [&](std::size_t i, const std::vector<Tensor>& outputs) { return addPower(expected[i], outputs, power); }));
      out.layers.push_back({node.id, displayName(graph, node), width, power.decibels()});
    }
  }
  out.counters = runs.total();
  return out;
}

}  // namespace ew::analysis
