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

/// A refusal that is not in the list fails, and so does a case in the list that is not refused any more.
void expectRefusals(const test::SuiteResult& result, const std::map<std::string, std::string>& expected) {
  for (const auto& [name, why] : result.refused)
    if (!expected.contains(name)) ADD_FAILURE() << name << " is refused, and not in the list of expected refusals: " << why;
  for (const auto& [name, why] : expected)
    if (!result.refused.contains(name)) ADD_FAILURE() << name << " is in the list of expected refusals, and was not refused";
}

void report(const std::string& suite, const test::SuiteResult& result) {
  std::cout << suite << ": " << result.passed << " passed, " << result.refused.size() << " refused, " << result.wrong.size() << " wrong\n";
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
  expectRefusals(result, test::readNames(fs::path(EW_SOURCE_DIR) / "tests/conformance/node_refusals.txt"));
}

TEST_P(Conformance, ConvertedModelsGiveTheRecordedResults) {
  for (const char* folder : {"simple", "pytorch-converted", "pytorch-operator"}) {
    const test::SuiteResult result = test::runSuite(officialData / folder, allBackends(), GetParam());
    report(folder, result);
    expectNoneWrong(result);
    expectRefusals(result, test::readNames(fs::path(EW_SOURCE_DIR) / "tests/conformance/model_refusals.txt"));
  }
}

TEST_P(Conformance, NewerOperatorsGiveTheRecordedResultsOrAreRefused) {
  EW_REQUIRE_POOL(pool);
  const test::SuiteResult result = test::runSuite(pool / "odd_models/onnx_new_nodes", allBackends(), GetParam());
  report("newer", result);
  expectNoneWrong(result);
}

std::vector<std::string> backendIds() {
  std::vector<std::string> ids;
  for (const auto& backend : allBackends().all()) ids.push_back(backend->id());
  return ids;
}

INSTANTIATE_TEST_SUITE_P(Backends, Conformance, ::testing::ValuesIn(backendIds()), [](const auto& test) { return test.param; });

}  // namespace
}  // namespace ew
