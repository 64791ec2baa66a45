// SPDX-License-Identifier: Apache-2.0
// One model on one of our backends, for measurements:
//   bench_cpu_peer MODEL [THREADS [RUNS [BACKEND [trace]]]]
// prints "p50_ms min_ms compile_ms", with `trace` also a line for each group of nodes;
//   bench_cpu_peer MODEL THREADS serve [PRECISION [CACHE]]
// is our side of tests/bench/peers.py: it makes the model ready, prints a line of JSON about that, and then answers each
// line on stdin: "outputs FOLDER" reads FOLDER/input_K.npy and writes FOLDER/ours_K.npy, "time SECONDS" runs that long.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include "accel/cpu/cpu_backend.h"
#include "accel/cpu/tuning.h"
#include "core/base/file.h"
#include "core/base/statistics.h"
#include "core/data/npy.h"
#include "core/onnx/onnx_file.h"
#include "core/run/bench.h"

namespace {

using Clock = std::chrono::steady_clock;

double since(Clock::time_point start) { return std::chrono::duration<double, std::milli>(Clock::now() - start).count(); }

std::string argument(int argc, char** argv, int index, const char* otherwise) { return argc > index ? argv[index] : otherwise; }

ew::Result<ew::Runtime> open(const std::string& file, const std::string& backend, const ew::CompileOptions& options) {
  EW_ASSIGN(const ew::onnx::Imported model, ew::onnx::importModel(file));
  ew::BackendSet backends;
  backends.add(ew::makeCpuBackend());
  return ew::Runtime::create(model.graph, backends, backend, options);
}

ew::Status measure(int argc, char** argv) {
  ew::CompileOptions options;
  options.threads = std::atoi(argument(argc, argv, 2, "1").c_str());
  EW_ASSIGN(ew::Runtime runtime, open(argv[1], argument(argc, argv, 4, "cpu"), options));
  EW_ASSIGN(const std::vector<ew::Tensor> inputs, ew::syntheticInputs(runtime.graph(), 1, 7));
  ew::NoProgress progress;
  ew::BenchOptions how;
  how.runs = std::atoi(argument(argc, argv, 3, "50").c_str());
  EW_ASSIGN(const ew::BenchResult result, ew::bench(runtime, inputs, how, progress));
  std::printf("%.4f %.4f %.2f\n", result.p50Ms, result.minMs, result.compileMs);
  if (argument(argc, argv, 5, "").empty()) return {};
  for (const ew::LayerTime& layer : result.layers)
    std::printf("%9.4f ms  %-22s %-34s %s\n", layer.milliseconds, layer.op.c_str(), layer.kernel.c_str(), layer.name.c_str());
  return {};
}

/// A field of /proc/self/status in bytes. Not getrusage: its peak begins with that of the process that started this one.
unsigned long long statusBytes(const std::string& field) {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;)
    if (unsigned long long kib = 0; word == field + ":" && status >> kib) return kib * 1024;
  return 0;
}

ew::Result<std::vector<ew::Tensor>> writeOutputs(ew::Runtime& runtime, const std::string& folder) {
  std::vector<ew::Tensor> inputs;
  for (std::size_t k = 0; k < runtime.graph().inputs().size(); ++k) {
    std::ifstream in(folder + "/input_" + std::to_string(k) + ".npy", std::ios::binary);
    EW_ASSIGN(ew::Tensor tensor, ew::data::readNpy({std::istreambuf_iterator<char>(in), {}}));
    inputs.push_back(std::move(tensor));
  }
  EW_ASSIGN(const std::vector<ew::Tensor> outputs, runtime.run(inputs));
  for (std::size_t k = 0; k < outputs.size(); ++k)
    EW_TRY(ew::writeFileAtomically(folder + "/ours_" + std::to_string(k) + ".npy", ew::data::writeNpy(outputs[k])));
  return inputs;
}

ew::Status timeFor(ew::Runtime& runtime, const std::vector<ew::Tensor>& inputs, double seconds) {
  constexpr int warmup = 3, leastRuns = 5;
  for (int i = 0; i < warmup; ++i) EW_TRY(runtime.run(inputs));
  std::vector<double> samples;
  for (const Clock::time_point begin = Clock::now(); since(begin) < seconds * 1000 || samples.size() < leastRuns;) {
    const Clock::time_point start = Clock::now();
    EW_TRY(runtime.run(inputs));
    samples.push_back(since(start));
  }
  std::printf("{\"p50_ms\": %.5f, \"runs\": %zu, \"peak_rss_bytes\": %llu}\n", ew::percentile(samples, 0.5), samples.size(),
              statusBytes("VmHWM"));
  return {};
}

ew::Status serve(int argc, char** argv) {
  ew::CompileOptions options;
  options.threads = std::atoi(argv[2]);
  if (argument(argc, argv, 4, "float32") == "bf16") options.floatPrecision = ew::FloatPrecision::BFloat16;
  if (argc > 5) ew::cpu::keepTimesIn(argv[5]);
  const unsigned long long bare = statusBytes("VmRSS");
  const Clock::time_point start = Clock::now();
  EW_ASSIGN(ew::Runtime runtime, open(argv[1], "cpu", options));
  EW_ASSIGN(std::vector<ew::Tensor> inputs, ew::syntheticInputs(runtime.graph(), 1, 7));
  ew::NoProgress progress;
  EW_TRY(runtime.prepare(inputs, progress));
  std::printf("{\"ready_ms\": %.3f, \"compile_ms\": %.3f, \"bare_rss_bytes\": %llu}\n", since(start), runtime.compileMilliseconds(), bare);
  std::fflush(stdout);
  for (std::string command; std::cin >> command;) {
    if (command == "outputs") {
      std::string folder;
      std::cin >> folder;
      EW_ASSIGN(inputs, writeOutputs(runtime, folder));
      std::printf("{}\n");
    } else {
      double seconds = 0;
      std::cin >> seconds;
      EW_TRY(timeFor(runtime, inputs, seconds));
    }
    std::fflush(stdout);
  }
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: bench_cpu_peer MODEL [THREADS [RUNS [BACKEND [trace]]]]\n"
                         "       bench_cpu_peer MODEL THREADS serve [float32|bf16 [CACHE]]\n");
    return 2;
  }
  const ew::Status status = argument(argc, argv, 3, "") == "serve" ? serve(argc, argv) : measure(argc, argv);
  if (status.ok()) return 0;
  std::fprintf(stderr, "%s\n", status.error().text().c_str());
  return ew::exitCode(status.error().code);
}
