// SPDX-License-Identifier: Apache-2.0
// The table of operators that `edgewright doctor --operators` shows is what the official cases say.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "core/ops/op.h"
#include "tests/conformance/coverage.h"
#include "tests/support/pool.h"

namespace ew {
namespace {

namespace fs = std::filesystem;

const fs::path officialData = "/usr/share/libonnx-testdata/data/node";
const fs::path table = fs::path(EW_SOURCE_DIR) / "resources/operators.json";

std::string textOf(const fs::path& file) {
  std::ostringstream out;
  out << std::ifstream(file).rdbuf();
  return out.str();
}

TEST(Coverage, TheTableHasEveryOperatorOfTheCatalog) {
  const nlohmann::json document = nlohmann::json::parse(textOf(table), nullptr, false);
  ASSERT_FALSE(document.is_discarded()) << table;
  std::map<std::string, std::pair<int, int>> listed, known;
  for (const auto& entry : document["operators"])
    listed[entry["domain"].get<std::string>() + "." + entry["name"].get<std::string>()] = {entry["since"].get<int>(), entry["last"].get<int>()};
  for (const ops::OpDef& def : ops::catalog()) {
    auto& [since, last] = known.try_emplace(std::string(def.domain.empty() ? "ai.onnx" : def.domain) + "." + std::string(def.name), 1 << 30, 0).first->second;
    since = std::min(since, def.sinceVersion);
    last = std::max(last, def.lastVersion);
  }
  EXPECT_EQ(listed, known) << "resources/operators.json is stale: run Coverage.TheTableIsWhatTheOfficialCasesSay with EDGEWRIGHT_POOL set and copy what it writes";
}

TEST(Coverage, TheTableIsWhatTheOfficialCasesSay) {
  if (!fs::exists(officialData)) GTEST_SKIP() << "the package libonnx-testdata is not installed";
  EW_REQUIRE_POOL(pool);
  const test::Coverage coverage = test::measureCoverage({officialData, pool / "odd_models/onnx_new_nodes"});
  const fs::path made = fs::path(EW_BINARY_DIR) / "operators.json";
  std::ofstream(made) << test::coverageJson(coverage);
  std::ofstream(fs::path(EW_BINARY_DIR) / "operators.md") << test::coverageTable(coverage);
  EXPECT_TRUE(test::coverageJson(coverage) == textOf(table)) << "resources/operators.json is stale: copy " << made << " there and look at what changed";
}

}  // namespace
}  // namespace ew
