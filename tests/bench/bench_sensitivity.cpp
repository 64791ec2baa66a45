// SPDX-License-Identifier: Apache-2.0
// Times a sensitivity sweep over a model's layers with and without reuse of what comes before the changed layer:
//   bench_sensitivity MODEL
#include <chrono>
#include <cstdio>

#include "accel/cpu/cpu_backend.h"
#include "core/analysis/sensitivity.h"
#include "core/onnx/onnx_file.h"

namespace {

ew::Status sweep(const char* path) {
  EW_ASSIGN(const ew::onnx::Imported model, ew::onnx::importModel(path));
  ew::BackendSet backends;
  backends.add(ew::makeCpuBackend());
  std::vector<std::vector<ew::Tensor>> inputs;
  for (const std::uint64_t seed : {7U, 8U}) {
    EW_ASSIGN(std::vector<ew::Tensor> drawn, ew::syntheticInputs(model.graph, 1, seed));
    inputs.push_back(std::move(drawn));
  }
  for (const bool reuse : {true, false, true, false}) {
    ew::analysis::SensitivityOptions options;
    options.reusePrefix = reuse;
    ew::NoProgress progress;
    const auto start = std::chrono::steady_clock::now();
    EW_ASSIGN(const ew::analysis::Sensitivity result, ew::analysis::sensitivity(model.graph, inputs, backends, "cpu", options, progress));
    const double ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
    std::printf("%s: %zu measurements in %.0f ms, %lld nodes run, %lld skipped, %lld compilations\n", reuse ? "reuse" : "full", result.layers.size(), ms,
                static_cast<long long>(result.counters.nodesRun), static_cast<long long>(result.counters.nodesSkipped), static_cast<long long>(result.counters.compilations));
  }
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: bench_sensitivity MODEL\n");
    return 2;
  }
  const ew::Status status = sweep(argv[1]);
  if (status.ok()) return 0;
  std::fprintf(stderr, "%s\n", status.error().text().c_str());
  return ew::exitCode(status.error().code);
}
