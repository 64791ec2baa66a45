// SPDX-License-Identifier: Apache-2.0
// Times one model on one of our backends for tests/bench/peer.py, which starts it and a peer in turn:
//   bench_cpu_peer MODEL [THREADS [RUNS [BACKEND [trace]]]]
// prints "p50_ms min_ms compile_ms", with `trace` also a line for each group of nodes.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "accel/cpu/cpu_backend.h"
#include "core/onnx/onnx_file.h"
#include "core/run/bench.h"

namespace {

ew::Status measure(int argc, char** argv) {
  const auto argument = [&](int index, const char* otherwise) { return std::string(argc > index ? argv[index] : otherwise); };
  EW_ASSIGN(const ew::onnx::Imported model, ew::onnx::importModel(argv[1]));
  ew::CompileOptions options;
  options.threads = std::atoi(argument(2, "1").c_str());
  ew::BackendSet backends;
  backends.add(ew::makeCpuBackend());
  EW_ASSIGN(ew::Runtime runtime, ew::Runtime::create(model.graph, backends, argument(4, "cpu"), options));
  EW_ASSIGN(const std::vector<ew::Tensor> inputs, ew::syntheticInputs(model.graph, 1, 7));
  ew::NoProgress progress;
  ew::BenchOptions how;
  how.runs = std::atoi(argument(3, "50").c_str());
  EW_ASSIGN(const ew::BenchResult result, ew::bench(runtime, inputs, how, progress));
  std::printf("%.4f %.4f %.2f\n", result.p50Ms, result.minMs, result.compileMs);
  if (argument(5, "").empty()) return {};
  for (const ew::LayerTime& layer : result.layers)
    std::printf("%9.4f ms  %-22s %-34s %s\n", layer.milliseconds, layer.op.c_str(), layer.kernel.c_str(), layer.name.c_str());
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: bench_cpu_peer MODEL [THREADS [RUNS [BACKEND [trace]]]]\n");
    return 2;
  }
  const ew::Status status = measure(argc, argv);
  if (status.ok()) return 0;
  std::fprintf(stderr, "%s\n", status.error().text().c_str());
  return ew::exitCode(status.error().code);
}
