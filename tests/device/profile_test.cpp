// SPDX-License-Identifier: Apache-2.0
#include "core/device/profile.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/base/file.h"

namespace ew::device {
namespace {

using Json = nlohmann::json;

Json number(double value) { return {{"value", value}, {"relative_error", 0.1}, {"source", "design: test"}}; }

Json smallest() {
  return {{"schema", "edgewright.device/1"}, {"id", "d"},          {"name", "D"}, {"description", "A device"}, {"kind", "cpu"},
          {"precisions", {"float32"}},       {"macs_per_second", {{"float32", number(1e9)}}}};
}

std::string errorOf(const Json& json) {
  const Result<Profile> profile = parseProfile(json);
  return profile.ok() ? "" : profile.error().text();
}

TEST(Profile, TheSmallestOneIsRead) {
  const Result<Profile> profile = parseProfile(smallest());
  ASSERT_TRUE(profile.ok()) << profile.error().text();
  EXPECT_EQ(profile->macsPerSecond.at("float32").value, 1e9);
  EXPECT_EQ(profile->macsPerSecond.at("float32").relativeError, 0.1);
  EXPECT_FALSE(profile->activeWatts);
  EXPECT_EQ(profile->ramBytes, 0);
}

TEST(Profile, UnknownKeysAreNamedWithTheNearest) {
  Json json = smallest();
  json["ram_byte"] = number(1);
  EXPECT_EQ(errorOf(json), "unknown key 'ram_byte', did you mean 'ram_bytes'?");
  json = smallest();
  json["macs_per_second"]["int9"] = number(1);
  EXPECT_EQ(errorOf(json), "unknown key 'macs_per_second.int9', did you mean 'int8'?");
  json = smallest();
  json["macs_per_second"]["float32"]["sauce"] = "x";
  EXPECT_EQ(errorOf(json), "unknown key 'macs_per_second.float32.sauce', did you mean 'source'?");
}

TEST(Profile, EveryNumberNeedsAnErrorAndASource) {
  Json json = smallest();
  json["macs_per_second"]["float32"].erase("relative_error");
  EXPECT_EQ(errorOf(json), "key 'macs_per_second.float32.relative_error' must be a number");
  json = smallest();
  json["macs_per_second"]["float32"]["source"] = "my guess";
  EXPECT_EQ(errorOf(json), "key 'macs_per_second.float32.source' must start with datasheet:, measured:, fitted: or design:");
  json = smallest();
  json["macs_per_second"]["float32"]["value"] = 0;
  EXPECT_EQ(errorOf(json), "key 'macs_per_second.float32.value' must be more than zero");
  json = smallest();
  json["active_watts"] = 3;
  EXPECT_EQ(errorOf(json), "key 'active_watts' must be an object");
}

TEST(Profile, WrongValuesAreRefused) {
  Json json = smallest();
  json["kind"] = "toaster";
  EXPECT_EQ(errorOf(json), "key 'kind' is 'toaster', must be one of cpu, mcu, gpu, fpga");
  json = smallest();
  json["schema"] = "edgewright.device/2";
  EXPECT_NE(errorOf(json).find("'edgewright.device/1'"), std::string::npos);
  json = smallest();
  json["ram_bytes"] = number(1.5);
  EXPECT_EQ(errorOf(json), "key 'ram_bytes.value' must be a whole number");
  json = smallest();
  json.erase("macs_per_second");
  EXPECT_NE(errorOf(json).find("nothing can be predicted"), std::string::npos);
  EXPECT_NE(errorOf(Json(3)), "");
  json = smallest();
  json["systolic"] = {{"rows", number(8)}};
  EXPECT_EQ(errorOf(json), "key 'systolic.columns' is missing");
}

TEST(Profile, TheSchemaAndTheReaderKnowTheSameKeys) {
  const Result<std::string> text = readFile(EW_SOURCE_DIR "/resources/schemas/device.schema.json");
  ASSERT_TRUE(text.ok());
  const Json schema = Json::parse(*text);
  std::vector<std::string> keys;
  for (const auto& [key, value] : schema["properties"].items()) keys.push_back(key);
  for (const auto& [key, value] : schema["properties"]["systolic"]["properties"].items()) keys.push_back("systolic." + key);
  std::sort(keys.begin(), keys.end());
  EXPECT_EQ(keys, profileKeys());
}

TEST(Profile, AllBuiltInOnesAreRead) {
  const auto profiles = loadProfiles(EW_SOURCE_DIR "/resources/devices");
  ASSERT_TRUE(profiles.ok()) << profiles.error().text();
  for (const char* id : {"raspberry-pi-4", "stm32h7a3", "jetson-nano", "zynq-xc7z020", "zynq-zu7ev"}) EXPECT_TRUE(profiles->contains(id)) << id;
  EXPECT_EQ(profiles->at("stm32h7a3").requantization, "fixed");
  EXPECT_TRUE(profiles->at("zynq-zu7ev").systolic);
}

TEST(Profile, ABrokenFileIsNamed) {
  const std::filesystem::path folder = std::filesystem::path(EW_BINARY_DIR) / "broken-profiles";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "bad.json") << "{";
  const auto profiles = loadProfiles(folder);
  ASSERT_FALSE(profiles.ok());
  EXPECT_NE(profiles.error().text().find("bad.json: not JSON"), std::string::npos);
  const auto single = findProfile((folder / "bad.json").string());
  ASSERT_FALSE(single.ok());
  EXPECT_NE(single.error().text().find("bad.json"), std::string::npos);
}

TEST(Profile, AnUnknownIdListsTheKnownOnes) {
  const auto profile = findProfile("toaster");
  ASSERT_FALSE(profile.ok());
  EXPECT_EQ(profile.error().code, ErrorCode::Unavailable);
  EXPECT_NE(profile.error().text().find("raspberry-pi-4"), std::string::npos);
  EXPECT_NE(profile.error().text().find("local"), std::string::npos);
}

}  // namespace
}  // namespace ew::device
