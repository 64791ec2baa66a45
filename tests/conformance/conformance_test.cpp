// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <iostream>

#include "accel/backends.h"
#include "tests/conformance/suite.h"
#include "tests/support/pool.h"

namespace ew {
namespace {

namespace fs = std::filesystem;

const fs::path officialData = "/usr/share/libonnx-testdata/data";

void expectNoneWrong(const test::SuiteResult& result) {
  for (const auto& [name, why] : result.wrong) ADD_FAILURE() << name << ": " << why;
}

std::map<std::string, std::string> notRun(const test::SuiteResult& result) {
  std::map<std::string, std::string> all = result.refused;
  all.insert(result.invalid.begin(), result.invalid.end());
  return all;
}

/// A case that was not run and is not in the list fails, and so does one in the list that now runs.
void expectNotRun(const test::SuiteResult& result, const std::string& list) {
  const auto expected = test::readNames(fs::path(EW_SOURCE_DIR) / "tests/conformance" / list);
  const auto actual = notRun(result);
  for (const auto& [name, why] : actual)
    if (!expected.contains(name)) ADD_FAILURE() << name << " is not in " << list << ", but was not run: " << why;
  for (const auto& [name, why] : expected)
    if (!actual.contains(name)) ADD_FAILURE() << name << " is in " << list << ", but was run";
}

void report(const std::string& suite, const test::SuiteResult& result) {
  std::cout << suite << ": " << result.passed << " passed, " << result.refused.size() << " refused, " << result.invalid.size() << " invalid, " << result.wrong.size()
            << " wrong\n";
  ::testing::Test::RecordProperty("passed", result.passed);
}

class Conformance : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (!fs::exists(officialData)) GTEST_SKIP() << "the package libonnx-testdata is not installed";
    if (const auto backend = allBackends().get(GetParam()); !backend.ok()) GTEST_SKIP() << backend.error().text();
  }
};

TEST_P(Conformance, OperatorsGiveTheRecordedResults) {
  const test::SuiteResult result = test::runSuite(officialData / "node", allBackends(), GetParam());
  report("node", result);
  expectNoneWrong(result);
  expectNotRun(result, "node_refusals.txt");
}

/// What a backend leaves to others is slow, so it may not grow or shrink unnoticed.
TEST_P(Conformance, TheBackendAcceleratesTheOperatorsOfItsList) {
  if (GetParam() == "reference") GTEST_SKIP() << "the reference loops are what the others are measured by";
  const std::string list = GetParam() + "_operators.txt";
  const auto expected = test::readNames(fs::path(EW_SOURCE_DIR) / "tests/conformance" / list);
  const std::set<std::string> taken = test::operatorsAccelerated(officialData / "node", allBackends(), GetParam());
  for (const std::string& op : taken)
    if (!expected.contains(op)) ADD_FAILURE() << op << " runs on " << GetParam() << ", but is not in " << list;
  for (const auto& [op, comment] : expected)
    if (!taken.contains(op)) ADD_FAILURE() << op << " is in " << list << ", but no case of it runs on " << GetParam();
}

TEST_P(Conformance, ConvertedModelsGiveTheRecordedResults) {
  test::SuiteResult result = test::runSuite(officialData / "pytorch-converted", allBackends(), GetParam());
  result.add(test::runSuite(officialData / "pytorch-operator", allBackends(), GetParam()));
  report("converted", result);
  expectNoneWrong(result);
  expectNotRun(result, "converted_refusals.txt");
}

TEST_P(Conformance, SimpleModelsGiveTheRecordedResults) {
  const test::SuiteResult result = test::runSuite(officialData / "simple", allBackends(), GetParam());
  report("simple", result);
  expectNoneWrong(result);
  expectNotRun(result, "simple_refusals.txt");
}

TEST_P(Conformance, NewerOperatorsGiveTheRecordedResultsOrAreRefused) {
  EW_REQUIRE_POOL(pool);
  test::SuiteResult result = test::runSuite(pool / "odd_models/onnx_new_nodes", allBackends(), GetParam());
  report("newer", result);
  for (const auto& [name, why] : test::readNames(fs::path(EW_SOURCE_DIR) / "tests/conformance/newer_noise.txt"))
    EXPECT_EQ(result.wrong.erase(name), 1U) << name << " is in newer_noise.txt, but agrees";
  expectNoneWrong(result);
  expectNotRun(result, "newer_refusals.txt");
}

std::vector<std::string> backendIds() {
  std::vector<std::string> ids;
  for (const auto& backend : allBackends().all()) ids.push_back(backend->id());
  return ids;
}

INSTANTIATE_TEST_SUITE_P(Backends, Conformance, ::testing::ValuesIn(backendIds()), [](const auto& test) { return test.param; });

}  // namespace
}  // namespace ew
