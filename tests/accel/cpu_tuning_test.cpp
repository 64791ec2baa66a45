// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/tuning.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "accel/cpu/tuning_memory.h"
#include "core/base/file.h"
#include "tests/support/temporary_folder.h"

namespace ew::cpu {
namespace {

using test::TemporaryFolder;

/// A candidate that takes about this long.
Candidate lasting(const std::string& name, int microseconds, int* runs = nullptr) {
  return {name, [=] {
            if (runs != nullptr) ++*runs;
            const auto end = std::chrono::steady_clock::now() + std::chrono::microseconds(microseconds);
            while (std::chrono::steady_clock::now() < end) {
            }
          }};
}

TEST(CpuTuning, TheFastestWinsAndIsNotMeasuredAgain) {
  const auto make = [] { return std::vector<Candidate>{lasting("slow", 400), lasting("fast", 20), lasting("middle", 200)}; };
  EXPECT_EQ(fastest("wins", {"slow", "fast", "middle"}, make), 1U);
  const auto never = [] {
    ADD_FAILURE() << "measured twice";
    return std::vector<Candidate>();
  };
  EXPECT_EQ(fastest("wins", {"fast", "slow"}, never), 0U);
  const auto times = timesOf("wins");
  ASSERT_EQ(times.size(), 3U);
  for (const auto& [name, milliseconds] : times) EXPECT_GT(milliseconds, name == "slow" ? 0.3 : 0.01) << name;
  EXPECT_TRUE(timesOf("unheard of").empty());
}

TEST(CpuTuning, ANameThatWasNeverTimedIsMeasured) {
  fastest("grows", {"a", "b"}, [] { return std::vector<Candidate>{lasting("a", 200), lasting("b", 400)}; });
  EXPECT_EQ(fastest("grows", {"a", "c"}, [] { return std::vector<Candidate>{lasting("a", 200), lasting("c", 10)}; }), 1U);
}

TEST(CpuTuning, WhatCannotBeMadeLosesForGood) {
  int made = 0;
  const auto make = [&] {
    ++made;
    return std::vector<Candidate>{lasting("there", 10)};
  };
  EXPECT_EQ(fastest("partly", {"missing", "there"}, make), 1U);
  EXPECT_EQ(fastest("partly", {"missing", "there"}, make), 1U);
  EXPECT_EQ(made, 1);
}

TEST(CpuTuning, OneCandidateNeedsNoMeasurement) {
  EXPECT_EQ(fastest("alone", {"only"}, [] {
              ADD_FAILURE() << "measured";
              return std::vector<Candidate>();
            }), 0U);
}

TEST(CpuTuning, MeasuringTakesFewRunsOfLongWork) {
  int runs = 0;
  fastest("long", {"x", "y"}, [&] { return std::vector<Candidate>{lasting("x", 3000, &runs), lasting("y", 2900, &runs)}; });
  EXPECT_LE(runs, 10);
}

TEST(CpuTuning, WhatHappensBeforeARunIsNotTimed) {
  const auto make = [] {
    Candidate prepared = lasting("prepared", 20);
    prepared.before = lasting("", 2000).run;
    return std::vector<Candidate>{lasting("plain", 300), prepared};
  };
  EXPECT_EQ(fastest("before", {"plain", "prepared"}, make), 1U);
}

TEST(CpuTuning, ThreadsAskAtOnce) {
  int made = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      fastest("shared", {"p", "q"}, [&] {
        ++made;
        return std::vector<Candidate>{lasting("p", 10), lasting("q", 100)};
      });
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(made, 1);
}

TEST(CpuTuningMemory, LastsLongerThanTheProcess) {
  const TemporaryFolder folder;
  TuningMemory first(folder / "new/edgewright"), second(folder / "new/edgewright");
  EXPECT_TRUE(second.find("a").empty());  // reads now, before anything is there
  first.keep("a", {{"x", 1.5}, {"y", 2}});
  first.write();
  second.keep("b", {{"z", 3}});
  second.write();
  TuningMemory third(folder / "new/edgewright");
  EXPECT_EQ(third.find("a"), (Times{{"x", 1.5}, {"y", 2}}));
  EXPECT_EQ(third.find("b"), (Times{{"z", 3}}));
  EXPECT_EQ(folder.files().size(), 1U);
}

TEST(CpuTuningMemory, WithoutAFolderNothingIsWritten) {
  TuningMemory memory;
  memory.keep("a", {{"x", 1}});
  memory.write();
  EXPECT_FALSE(memory.file());
  EXPECT_EQ(memory.find("a").size(), 1U);
}

TEST(CpuTuningMemory, FilesThatMakeNoSenseAreIgnored) {
  for (const char* content : {"", "{", "[1,2]", "{\"schema\":3}", R"({"schema":"edgewright.kernels/1","entries":7})",
                              R"({"schema":"other/1","entries":[{"key":"a","milliseconds":{"x":1}}]})",
                              R"({"schema":"edgewright.kernels/1","entries":[3,{"key":4},{"key":"a"},{"key":"a","milliseconds":[1]},{"key":"a","milliseconds":{"x":"1","y":-1,"z":1e999}}]})"}) {
    const TemporaryFolder folder;
    const std::filesystem::path path = *TuningMemory(folder.path()).file();
    ASSERT_TRUE(writeFileAtomically(path, content).ok());
    TuningMemory memory(folder.path());
    EXPECT_TRUE(memory.find("a").empty()) << content;
    memory.keep("b", {{"x", 1}});
    memory.write();
    EXPECT_EQ(TuningMemory(folder.path()).find("b").size(), 1U) << content;
  }
}

TEST(CpuTuningMemory, AFolderThatCannotBeMadeIsNoError) {
  const TemporaryFolder folder;
  folder.write("file", "x");
  TuningMemory memory(folder / "file/below");
  memory.keep("a", {{"x", 1}});
  memory.write();
  EXPECT_EQ(memory.find("a").size(), 1U);
}

TEST(CpuTuningMemory, TheOldestIsForgotten) {
  TuningMemory memory;
  for (std::size_t i = 0; i <= TuningMemory::mostKeys; ++i) memory.keep(std::to_string(i), {{"x", 1}});
  EXPECT_TRUE(memory.find("0").empty());
  EXPECT_FALSE(memory.find("1").empty());
}

}  // namespace
}  // namespace ew::cpu
