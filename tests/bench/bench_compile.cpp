// SPDX-License-Identifier: Apache-2.0
// Times compiling a model on the cpu backend, and again after the weights of one layer changed:
//   bench_compile MODEL [THREADS [ROUNDS]]
// prints "full_ms again_ms packed packed_again peak_rss_mib rss_at_start_mib": medians of `again`, how many constants
// were packed, and the process's memory after three runs. The full compilation is the first of the process.
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "accel/cpu/constant_cache.h"
#include "accel/cpu/cpu_backend.h"
#include "core/base/statistics.h"
#include "core/graph/graph_edit.h"
#include "core/onnx/onnx_file.h"
#include "core/run/runtime.h"

namespace {

using namespace ew;

double peakMib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

struct Compiled {
  Runtime runtime;
  double milliseconds = 0;
  std::uint64_t packed = 0;
};

Result<Compiled> compiled(const Graph& graph, const BackendSet& backends, const CompileOptions& options, const std::vector<Tensor>& inputs) {
  EW_ASSIGN(Runtime runtime, Runtime::create(graph, backends, "cpu", options));
  NoProgress progress;
  const auto before = cpu::ConstantCache::ofProcess().counters();
  const auto start = std::chrono::steady_clock::now();
  EW_TRY(runtime.prepare(inputs, progress));
  const double ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
  return Compiled{std::move(runtime), ms, cpu::ConstantCache::ofProcess().counters().made - before.made};
}

/// Other weights in the middle one of all large constants.
Result<Graph> changed(const Graph& graph, int round) {
  constexpr std::size_t large = 2048;
  std::vector<ValueId> weights;
  for (const auto& [id, tensor] : graph.initializers())
    if (tensor.byteSize() > large) weights.push_back(id);
  if (weights.empty()) return unsupported("no constant is large enough to be weights");
  const ValueId id = weights[weights.size() / 2];
  Tensor other = *graph.initializer(id);
  other.mutableBytes()[2] ^= static_cast<std::byte>(round + 1);  // a bit of the mantissa, or an integer
  GraphEdit edit(graph);
  edit.setInitializer(id, std::move(other));
  return std::move(edit).apply();
}

Status measure(const std::string& path, int threads, int rounds) {
  const double atStart = peakMib();
  EW_ASSIGN(const onnx::Imported model, onnx::importModel(path));
  BackendSet backends;
  backends.add(makeCpuBackend());
  CompileOptions options;
  options.threads = threads;
  EW_ASSIGN(const std::vector<Tensor> inputs, syntheticInputs(model.graph, 1, 7));
  EW_ASSIGN(Compiled first, compiled(model.graph, backends, options, inputs));
  for (int i = 0; i < 3; ++i) EW_TRY(first.runtime.run(inputs));
  const double peak = peakMib();
  std::vector<double> again;
  std::uint64_t packed = 0;
  for (int round = 0; round < rounds; ++round) {
    EW_ASSIGN(const Graph other, changed(model.graph, round));
    EW_ASSIGN(const Compiled next, compiled(other, backends, options, inputs));
    again.push_back(next.milliseconds);
    packed = std::max(packed, next.packed);
  }
  std::printf("%.2f %.2f %llu %llu %.1f %.1f\n", first.milliseconds, percentile(again, 0.5), static_cast<unsigned long long>(first.packed),
              static_cast<unsigned long long>(packed), peak, atStart);
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: bench_compile MODEL [THREADS [ROUNDS]]\n");
    return 2;
  }
  const ew::Status status = measure(argv[1], argc > 2 ? std::atoi(argv[2]) : 1, argc > 3 ? std::atoi(argv[3]) : 9);
  if (status.ok()) return 0;
  std::fprintf(stderr, "%s\n", status.error().text().c_str());
  return ew::exitCode(status.error().code);
}
