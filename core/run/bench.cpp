// SPDX-License-Identifier: Apache-2.0
#include "core/run/bench.h"

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <fstream>

#include "core/base/statistics.h"
#include "core/ops/infer.h"
#include "core/run/threads.h"

namespace ew {
namespace {

using Clock = std::chrono::steady_clock;
/// As many traced runs as fit, so that the layers' medians are as steady as the total's.
constexpr int leastTracedRuns = 7, mostTracedRuns = 200;
constexpr double tracedMs = 300;

double since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

/// From /proc where there is one: the peak that getrusage gives begins with that of the process that started this one.
std::uint64_t peakRss() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;)
    if (std::uint64_t kib = 0; word == "VmHWM:" && status >> kib) return kib * 1024;
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

double timerCost() {
  constexpr int readings = 2000;
  const Clock::time_point start = Clock::now();
  Clock::time_point last = start;
  for (int i = 0; i < readings; ++i) last = Clock::now();
  return std::chrono::duration<double, std::nano>(last - start).count() / readings;
}

bool isByte(const Graph& graph, ValueId id) {
  return id != kNone && (graph.value(id).dtype == DType::u8 || graph.value(id).dtype == DType::i8);
}

LayerPrecision precisionOf(const Graph& graph, const Node& node, const std::string& kernel) {
  if (kernel.find("_bf16") != std::string::npos) return LayerPrecision::BFloat16;
  for (const ValueId id : node.inputs)
    if (isByte(graph, id)) return LayerPrecision::Int8;
  const ValueId y = node.output(0);
  return y != kNone && graph.value(y).dtype == DType::f32 ? LayerPrecision::Float32 : LayerPrecision::Other;
}

std::int64_t operationsOf(const Graph& graph, const NodeTrace& entry) {
  std::int64_t operations = 0;
  const auto add = [&](NodeId id) {
    const Node* node = graph.node(id);
    const ops::Cost cost = node == nullptr ? ops::Cost{} : ops::costOf(graph, *node);
    operations += 2 * cost.macs + cost.flops;
  };
  add(entry.node);
  for (const NodeId id : entry.fused) add(id);
  return operations;
}

LayerTime layerOf(const Graph& graph, const NodeTrace& entry, double milliseconds) {
  LayerTime layer;
  layer.node = entry.node;
  layer.backend = entry.backend;
  layer.kernel = entry.kernel;
  layer.milliseconds = milliseconds;
  layer.bytes = entry.kernel == "view" ? 0 : entry.bytes;  // the same memory under another shape: nothing moves
  layer.operations = operationsOf(graph, entry);
  for (const char* name : {"winograd", "sparse"})
    if (entry.kernel.find(name) != std::string::npos) layer.algorithm = name;
  const Node* node = graph.node(entry.node);
  if (node == nullptr) return layer;
  layer.name = displayName(graph, *node);
  layer.op = node->opType;
  layer.precision = precisionOf(graph, *node, entry.kernel);
  return layer;
}

Status traceLayers(Runtime& runtime, std::span<const Tensor> inputs, Progress& progress, BenchResult& result) {
  std::vector<NodeTrace> first;
  std::vector<std::vector<double>> times;
  std::vector<double> totals;
  const Clock::time_point begin = Clock::now();
  const auto count = [&] { return static_cast<int>(totals.size()); };
  while (count() < leastTracedRuns || (count() < mostTracedRuns && since(begin) < tracedMs)) {
    if (progress.cancelled()) return cancelledError();
    TraceObserver observer;
    observer.trace.nodes.reserve(first.size());
    const Clock::time_point start = Clock::now();
    EW_TRY(runtime.run(inputs, observer));
    totals.push_back(since(start));
    if (first.empty()) first = observer.trace.nodes;
    times.resize(first.size());
    for (std::size_t i = 0; i < std::min(times.size(), observer.trace.nodes.size()); ++i)
      times[i].push_back(observer.trace.nodes[i].milliseconds);
  }
  for (std::size_t i = 0; i < first.size(); ++i) {
    result.layers.push_back(layerOf(runtime.plan()->graph, first[i], percentile(times[i], 0.5)));
    result.layersSumMs += result.layers.back().milliseconds;
  }
  result.tracedRuns = count();
  result.tracedP50Ms = percentile(totals, 0.5);
  return {};
}

Result<std::vector<double>> timeRuns(Runtime& runtime, std::span<const Tensor> inputs, const BenchOptions& options, Progress& progress) {
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
  return samples;
}

}  // namespace

std::string_view layerPrecisionName(LayerPrecision precision) {
  switch (precision) {
    case LayerPrecision::Float32: return "float32";
    case LayerPrecision::BFloat16: return "bfloat16";
    case LayerPrecision::Int8: return "int8";
    case LayerPrecision::Other: return "other";
  }
  return "";
}

Result<BenchResult> bench(Runtime& runtime, std::span<const Tensor> inputs, const BenchOptions& options, Progress& progress) {
  EW_TRY(runtime.prepare(inputs, progress));
  BenchResult result;
  result.compileMs = runtime.compileMilliseconds();
  EW_ASSIGN(const std::vector<double> samples, timeRuns(runtime, inputs, options, progress));
  result.backend = runtime.backendId();
  result.threads = usedThreads(runtime.options().threads);
  result.runs = static_cast<int>(samples.size());
  result.p50Ms = percentile(samples, 0.5);
  result.p95Ms = percentile(samples, 0.95);
  result.minMs = *std::min_element(samples.begin(), samples.end());
  result.maxMs = *std::max_element(samples.begin(), samples.end());
  result.spreadMs = percentile(samples, 0.75) - percentile(samples, 0.25);
  result.timerNs = timerCost();
  EW_TRY(traceLayers(runtime, inputs, progress, result));
  result.peakRssBytes = peakRss();
  return result;
}

}  // namespace ew
