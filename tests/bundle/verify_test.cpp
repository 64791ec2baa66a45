// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "core/base/sha256.h"
#include "core/data/npy.h"
#include "tests/bundle/bundle_fixture.h"

namespace ew::test {
namespace {

class BundleVerify : public BundleTest {
 protected:
  BundleVerify() : files(*unpackZip(written())) {}

  /// The manifest with every hash made right again, as whoever forges a bundle would.
  void sign() {
    auto manifest = nlohmann::json::parse(files.at("manifest.json"));
    for (auto& row : manifest["files"]) row["sha256"] = sha256(files.at(row["path"]));
    files["manifest.json"] = manifest.dump();
  }

  ZipFiles files;
};

TEST_F(BundleVerify, PassesWhatWasWritten) { EXPECT_EQ(verdict(files), ""); }

TEST_F(BundleVerify, EveryFileIsWatched) {
  const ZipFiles whole = files;
  for (const auto& [name, bytes] : whole) {
    if (name == "manifest.json") continue;
    files = whole;
    files[name].back() = static_cast<char>(files[name].back() ^ 1);
    EXPECT_EQ(verdict(files), "differs: '" + name + "': SHA-256 does not match the manifest");
    files.erase(name);
    EXPECT_EQ(verdict(files), "differs: '" + name + "': the file is missing");
  }
}

TEST_F(BundleVerify, FilesThatTheManifestDoesNotListAreFound) {
  files["extra.txt"] = "x";
  EXPECT_EQ(verdict(files), "differs: the archive holds files that the manifest does not list");
}

TEST_F(BundleVerify, ReplayFindsOutputsThatTheModelDoesNotGive) {
  Tensor output = *data::readNpy(files.at("golden/2_output_0.npy"));
  output.mutableData<float>()[1] += 0.25F;
  files["golden/2_output_0.npy"] = data::writeNpy(output);
  sign();
  EXPECT_EQ(verdict(files).find("differs: golden vector 2: relative error "), 0U) << verdict(files);
}

TEST_F(BundleVerify, ReplayFindsOutputsOfAnotherShape) {
  files["golden/1_output_0.npy"] = data::writeNpy(*Tensor::create(DType::f32, {1, 4}));
  sign();
  EXPECT_EQ(verdict(files).find("differs: golden vector 1: shape "), 0U) << verdict(files);
}

TEST_F(BundleVerify, ManifestMustBeThereAndBeOne) {
  EXPECT_EQ(verdict(ZipFiles{{"a.txt", "x"}}), "invalid: not an Edgewright bundle: it has no manifest.json");
  for (const char* text : {"", "{", "[]", "7", "{}", "{\"schema\": 3}", "{\"schema\": \"edgewright.bundle/2\"}"})
    EXPECT_EQ(verdict(ZipFiles{{"manifest.json", text}}),
              "invalid: manifest.json: not a bundle that this version reads: its schema is not edgewright.bundle/1") << text;
}

TEST_F(BundleVerify, ManifestsOfTheWrongFormAreRefused) {
  const auto broken = [&](const char* key, const nlohmann::json& value) {
    auto manifest = nlohmann::json::parse(files.at("manifest.json"));
    manifest[key] = value;
    ZipFiles changed = files;
    changed["manifest.json"] = manifest.dump();
    return verdict(changed);
  };
  EXPECT_EQ(broken("files", "all"), "invalid: manifest.json: key 'files' must be a list");
  EXPECT_EQ(broken("files", {1}), "invalid: manifest.json: each of 'files' needs 'path' and 'sha256'");
  EXPECT_EQ(broken("golden", 5), "invalid: manifest.json: key 'golden' must be a list");
  EXPECT_EQ(broken("golden", {5}), "invalid: manifest.json: each of 'golden' must be a map");
  EXPECT_EQ(broken("golden", nlohmann::json::parse(R"([{"inputs": 1, "outputs": []}])")),
            "invalid: manifest.json: each of 'golden' needs lists 'inputs' and 'outputs'");
  EXPECT_EQ(broken("golden", nlohmann::json::parse(R"([{"inputs": ["none.npy"], "outputs": []}])")),
            "differs: manifest.json: a golden vector is missing");
}

TEST_F(BundleVerify, TheSameFileListedTwiceHidesNoOther) {
  auto manifest = nlohmann::json::parse(files.at("manifest.json"));
  manifest["files"].push_back(manifest["files"][0]);
  files["manifest.json"] = manifest.dump();
  files["extra.txt"] = "x";
  EXPECT_EQ(verdict(files), "differs: the archive holds files that the manifest does not list");
}

TEST_F(BundleVerify, ABundleWithoutGoldenVectorsProvesNothing) {
  auto manifest = nlohmann::json::parse(files.at("manifest.json"));
  manifest["golden"] = nlohmann::json::array();
  files["manifest.json"] = manifest.dump();
  EXPECT_EQ(verdict(files), "invalid: manifest.json: there are no golden vectors to replay");
}

TEST_F(BundleVerify, HostileArchives) {
  EXPECT_EQ(verdict("PK, but no archive").find("invalid: "), 0U);
  const std::string whole = written();
  EXPECT_EQ(verdict(whole.substr(0, whole.size() / 2)).find("invalid: "), 0U);
  for (const char* name : {"../outside", "/etc/outside", "a/../../outside", "a\\..\\outside"})
    EXPECT_EQ(verdict(ZipFiles{{"manifest.json", "{}"}, {name, "x"}}),
              "invalid: archive entry '" + std::string(name) + "' has a path that leaves the archive");
  EXPECT_EQ(folder.files(), (std::vector<std::string>{"b.ewb", "out.ewb"})) << "something was unpacked";
}

TEST_F(BundleVerify, TwoEntriesOfOneNameAreRefused) {
  std::string twice = *packZip({{"twin1.txt", "a"}, {"twin2.txt", "b"}});
  for (std::size_t at = twice.find("twin2"); at != std::string::npos; at = twice.find("twin2")) twice[at + 4] = '1';
  EXPECT_EQ(verdict(twice).find("invalid: "), 0U) << verdict(twice);
}

TEST_F(BundleVerify, UnpackingStopsAtItsLimits) {
  const std::string bomb = *packZip({{"a", std::string(1 << 20, '\0')}, {"b", std::string(1 << 20, '\0')}});
  EXPECT_LT(bomb.size(), 8192U);
  ZipLimits limits;
  limits.totalBytes = (1 << 20) + 100;
  const auto unpacked = unpackZip(bomb, limits);
  ASSERT_FALSE(unpacked.ok());
  EXPECT_EQ(unpacked.error().code, ErrorCode::Limit);
  limits.totalBytes = 4 << 20;
  limits.files = 1;
  EXPECT_EQ(unpackZip(bomb, limits).error().code, ErrorCode::Limit);
}

}  // namespace
}  // namespace ew::test
