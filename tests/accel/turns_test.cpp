// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/turns.h"

#include <gtest/gtest.h>
#include <omp.h>

#include <thread>

#include "accel/cpu/cpu_backend.h"
#include "core/run/runtime.h"
#include "core/run/threads.h"
#include "tests/accel/cpu_support.h"

namespace ew::cpu {
namespace {

const char* const layers = R"(
  input x:f32[1,32,40,40]
  W:f32[32,32,3,3] = random(2)
  V:f32[64,32,1,1] = random(3)
  D:f32[64,1,3,3] = random(4)
  F:f32[64,10] = random(5)
  Conv(x, W){pads=[1,1,1,1]} -> a
  Relu(a) -> b
  Conv(b, V) -> c
  Conv(c, D){pads=[1,1,1,1], group=64} -> d
  GlobalAveragePool(d) -> e
  Flatten(e) -> f
  MatMul(f, F) -> g
  Softmax(g) -> h
  output h
  output d
)";

std::unique_ptr<Executable> compiled(const Graph& graph, const CompileOptions& options) {
  NoProgress progress;
  auto made = makeCpuBackend()->compile(graph, options, progress);
  EXPECT_TRUE(made.ok());
  return std::move(made).value();
}

TEST(Turns, NeverGiveMoreProcessorsThanThereAre) {
  Processors processors(3);
  std::atomic<int> taken{0}, most{0};
  std::vector<std::thread> threads;
  for (const int count : {1, 2, 3, 2, 9})
    threads.emplace_back([&, count] {
      for (int i = 0; i < 300; ++i) {
        Turn turn(processors, count);
        turn.next();
        const int now = taken += std::min(count, 3);
        for (int seen = most; seen < now && !most.compare_exchange_weak(seen, now);) {}
        taken -= std::min(count, 3);
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_LE(most, 3);
  EXPECT_LE(processors.mostTaken(), 3);
  EXPECT_GE(most, 1);
}

TEST(Turns, OfALongRunEndWhenAnotherOneHasWaited) {
  Processors processors(2);
  std::atomic<bool> done{false};
  Turn turn(processors, 2);
  turn.next();
  std::thread other([&] {
    Turn mine(processors, 2);
    mine.next();
    done = true;
  });
  const auto start = std::chrono::steady_clock::now();
  while (!done && std::chrono::steady_clock::now() - start < std::chrono::seconds(20)) turn.next();  // a step
  other.join();
  EXPECT_TRUE(done);
}

TEST(Turns, PausedOnesLeaveTheProcessorsToOthers) {
  Processors processors(1);
  Turn outer(processors, 1);
  outer.next();
  outer.pause();
  Turn inner(processors, 1);  // what an observer runs in the same thread
  inner.next();
  inner.pause();
  outer.next();
}

TEST(CpuThreads, TwoExecutablesAtOnceGiveWhatEachGivesAlone) {
  const Graph graph = test::inferred(layers);
  CompileOptions options;
  options.threads = processorCount();
  std::vector<std::vector<Tensor>> inputs, alone;
  std::vector<std::unique_ptr<Executable>> executables;
  Observer silent;
  for (unsigned i = 0; i < 3; ++i) {
    inputs.push_back(test::randomInputs(graph, i + 1));
    executables.push_back(compiled(graph, options));
    alone.push_back(executables[i]->run(inputs[i], silent).value());
  }
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < 3; ++i)
    threads.emplace_back([&, i] {
      Observer mine;
      for (int run = 0; run < 60; ++run) {
        const auto outputs = executables[i]->run(inputs[i], mine);
        for (std::size_t k = 0; k < alone[i].size(); ++k)
          if (!outputs.ok() || !(*outputs)[k].equals(alone[i][k])) ++wrong;
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_LE(Processors::ofMachine().mostTaken(), processorCount());
}

TEST(CpuThreads, AnObserverMayRunAModelItself) {
  const Graph graph = test::inferred(layers);
  CompileOptions options;
  options.observeAll = true;
  const auto outer = compiled(graph, options), inner = compiled(graph, {});
  const std::vector<Tensor> inputs = test::randomInputs(graph, 1);
  struct Runs : Observer {
    void onValue(ValueId, const Tensor&) override {
      std::thread([&] {  // in another thread, which must not wait for this one
        Observer silent;
        ok = ok && executable->run(*given, silent).ok();
      }).join();
      ++seen;
    }
    Executable* executable = nullptr;
    const std::vector<Tensor>* given = nullptr;
    bool ok = true;
    int seen = 0;
  } observer;
  observer.executable = inner.get();
  observer.given = &inputs;
  EXPECT_TRUE(outer->run(inputs, observer).ok());
  EXPECT_TRUE(observer.ok);
  EXPECT_GE(observer.seen, 5);
}

TEST(CpuThreads, NeverOutnumberTheProcessorsWhateverIsAskedFor) {
  EXPECT_EQ(usedThreads(1), 1);
  EXPECT_EQ(usedThreads(4096), processorCount());
  EXPECT_GE(usedThreads(0), 1);
  const Graph graph = test::inferred(layers);
  const std::vector<Tensor> inputs = test::randomInputs(graph, 1);
  CompileOptions many, all;
  many.threads = 4096;
  all.threads = processorCount();
  const auto a = test::runOn(*makeCpuBackend(), graph, inputs, many), b = test::runOn(*makeCpuBackend(), graph, inputs, all);
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_TRUE(a[i].equals(b[i]));
}

TEST(CpuThreads, ReproducibleResultsDoNotDependOnTheirNumber) {
  const Graph graph = test::inferred(layers);
  const std::vector<Tensor> inputs = test::randomInputs(graph, 1);
  CompileOptions options;
  options.reproducible = true;
  std::vector<Tensor> first;
  const int before = omp_get_max_threads();
  for (const int threads : {1, 2, 3, 5, 8}) {
    omp_set_num_threads(threads);  // what 0 takes, also more than there are processors
    const std::vector<Tensor> outputs = test::runOn(*makeCpuBackend(), graph, inputs, options);
    if (first.empty()) first = outputs;
    for (std::size_t i = 0; i < first.size(); ++i) EXPECT_TRUE(first[i].equals(outputs[i])) << threads << " threads, output " << i;
  }
  omp_set_num_threads(before);
}

}  // namespace
}  // namespace ew::cpu
