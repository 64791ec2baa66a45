// SPDX-License-Identifier: Apache-2.0
#include "core/run/bench.h"

#include <omp.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>

#include "core/base/statistics.h"

namespace ew {
namespace {

using Clock = std::chrono::steady_clock;
constexpr int tracedRuns = 7;

double since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

std::uint64_t peakRss() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

Result<std::vector<LayerTime>> traceLayers(Runtime& runtime, std::span<const Tensor> inputs, Progress& progress) {
  std::vector<NodeTrace> first;
  std::vector<std::vector<double>> times;
  for (int run = 0; run < tracedRuns; ++run) {
    if (progress.cancelled()) return cancelledError();
    TraceObserver observer;
    EW_TRY(runtime.run(inputs, observer));
    if (run == 0) {
      first = observer.trace.nodes;
      times.resize(first.size());
    }
    for (std::size_t i = 0; i < std::min(times.size(), observer.trace.nodes.size()); ++i)
      times[i].push_back(observer.trace.nodes[i].milliseconds);
  }
  std::vector<LayerTime> layers;
  const Graph& graph = runtime.plan()->graph;
  for (std::size_t i = 0; i < first.size(); ++i) {
    const Node* node = graph.node(first[i].node);
    layers.push_back({first[i].node, node != nullptr ? displayName(graph, *node) : "", node != nullptr ? node->opType : "",
                      first[i].backend, first[i].kernel, percentile(times[i], 0.5)});
  }
  return layers;
}

}  // namespace

Result<BenchResult> bench(Runtime& runtime, std::span<const Tensor> inputs, const BenchOptions& options, Progress& progress) {
  EW_TRY(runtime.prepare(inputs, progress));
  ProgressObserver silent(progress);
  for (int i = 0; i < options.warmup; ++i) EW_TRY(runtime.run(inputs, silent));
  std::vector<double> samples;
  const Clock::time_point begin = Clock::now();
  const auto wanted = [&] {
    return options.seconds > 0 ? since(begin) < options.seconds * 1000 : static_cast<int>(samples.size()) < options.runs;
  };
  while (wanted() || samples.empty()) {
    if (progress.cancelled()) return cancelledError();
    const Clock::time_point start = Clock::now();
    EW_TRY(runtime.run(inputs, silent));
    samples.push_back(since(start));
    progress.step(static_cast<std::int64_t>(samples.size()), options.seconds > 0 ? 0 : options.runs, "bench");
  }
  BenchResult result;
  result.backend = runtime.backendId();
  result.threads = runtime.options().threads > 0 ? runtime.options().threads : omp_get_max_threads();
  result.runs = static_cast<int>(samples.size());
  result.compileMs = runtime.compileMilliseconds();
  result.p50Ms = percentile(samples, 0.5);
  result.p95Ms = percentile(samples, 0.95);
  result.minMs = *std::min_element(samples.begin(), samples.end());
  EW_ASSIGN(result.layers, traceLayers(runtime, inputs, progress));
  result.peakRssBytes = peakRss();
  return result;
}

}  // namespace ew
