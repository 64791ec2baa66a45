// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <ctime>

#include <nlohmann/json.hpp>

#include "core/base/sha256.h"
#include "tests/bundle/bundle_fixture.h"

namespace ew::test {
namespace {

TEST_F(BundleTest, HoldsTheModelTheRecipeTheGoldenVectorsAndTheirHashes) {
  const ZipFiles files = *unpackZip(written());
  std::vector<std::string> names;
  for (const auto& [name, bytes] : files) names.push_back(name);
  EXPECT_EQ(names, (std::vector<std::string>{"README.txt", "golden/0_input_0.npy", "golden/0_output_0.npy", "golden/1_input_0.npy",
                                             "golden/1_output_0.npy", "golden/2_input_0.npy", "golden/2_output_0.npy", "golden/3_input_0.npy",
                                             "golden/3_output_0.npy", "manifest.json", "model.onnx", "recipe.yaml", "report.html"}));
  EXPECT_EQ(files.at("recipe.yaml"), recipeText);
  const auto manifest = nlohmann::json::parse(files.at("manifest.json"));
  EXPECT_EQ(manifest["files"].size() + 1, files.size());
  for (const auto& row : manifest["files"]) EXPECT_EQ(row["sha256"], sha256(files.at(row["path"]))) << row["path"];
  EXPECT_EQ(manifest["inputs"][0]["shape"], nlohmann::json::array({1, 4}));
  EXPECT_FALSE(manifest["optimized"].contains("measured")) << "a measurement differs from run to run";
}

TEST_F(BundleTest, HasTheSameBytesInEveryTimeZone) {
  const std::string first = written("a.ewb");
  ASSERT_FALSE(first.empty());
  const char* before = std::getenv("TZ");
  const std::string saved = before != nullptr ? before : "";
  ::setenv("TZ", "Pacific/Kiritimati", 1);
  ::tzset();
  EXPECT_TRUE(first == written("b.ewb"));
  if (before != nullptr) ::setenv("TZ", saved.c_str(), 1);
  else ::unsetenv("TZ");
  ::tzset();
}

TEST_F(BundleTest, MakesItsFolderAndLeavesNothingElse) {
  written("new/folder/out.ewb");
  EXPECT_EQ(folder.files(), std::vector<std::string>{"new/folder/out.ewb"});
}

TEST_F(BundleTest, NothingIsWrittenWhereItCannotBe) {
  folder.write("file", "x");
  NoProgress progress;
  const auto result = bundle::writeBundle(folder / "file/out.ewb", content(), BackendSet(), progress);
  EXPECT_FALSE(result.ok());
  EXPECT_EQ(folder.files(), std::vector<std::string>{"file"});
}

}  // namespace
}  // namespace ew::test
