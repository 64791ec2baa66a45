// SPDX-License-Identifier: Apache-2.0
#include "core/device/profile.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/base/text.h"

namespace ew::device {
namespace {

using Json = nlohmann::json;

constexpr std::array sourceKinds{std::string_view("datasheet: "), std::string_view("measured: "),
                                 std::string_view("fitted: "), std::string_view("design: ")};

Error wrong(const std::string& key, const std::string& why) { return invalid("key " + inQuotes(key) + " " + why); }

/// Every key of an object must be one of `known`.
Status onlyKeys(const Json& object, const std::string& at, const std::vector<std::string>& known) {
  if (!object.is_object()) return wrong(at, "must be an object");
  for (const auto& [key, value] : object.items()) {
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    const std::string near = nearest(key, known);
    return invalid("unknown key " + inQuotes(at.empty() ? key : at + "." + key) +
                   (near.empty() ? "" : ", did you mean " + inQuotes(near) + "?"));
  }
  return {};
}

Result<std::string> readText(const Json& object, const std::string& key, const std::string& at) {
  const auto it = object.find(key);
  if (it == object.end() || !it->is_string() || it->get_ref<const std::string&>().empty())
    return wrong(at + key, "must be a text that is not empty");
  return it->get<std::string>();
}

Result<std::string> readChoice(const Json& object, const std::string& key, const std::vector<std::string>& choices) {
  EW_ASSIGN(std::string text, readText(object, key, ""));
  if (std::find(choices.begin(), choices.end(), text) == choices.end())
    return wrong(key, "is " + inQuotes(text) + ", must be one of " + join(choices, ", "));
  return text;
}

/// {"value": 1, "relative_error": 0.1, "source": "datasheet: ..."}
Result<Sourced> readSourced(const Json& json, const std::string& at) {
  EW_TRY(onlyKeys(json, at, {"value", "relative_error", "source"}));
  Sourced out;
  for (const auto& [key, to] : {std::pair("value", &out.value), std::pair("relative_error", &out.relativeError)}) {
    const auto it = json.find(key);
    if (it == json.end() || !it->is_number()) return wrong(at + "." + key, "must be a number");
    *to = it->get<double>();
    if (!std::isfinite(*to) || *to < 0) return wrong(at + "." + key, "must be zero or more, and finite");
  }
  if (out.relativeError > 10) return wrong(at + ".relative_error", "must be at most 10 (0.2 is 20 %)");
  EW_ASSIGN(out.source, readText(json, "source", at + "."));
  if (std::none_of(sourceKinds.begin(), sourceKinds.end(), [&](std::string_view kind) { return out.source.starts_with(kind); }))
    return wrong(at + ".source", "must start with datasheet:, measured:, fitted: or design:");
  return out;
}

/// The same for a quantity that something is divided by.
Result<Sourced> readPositive(const Json& json, const std::string& at) {
  EW_ASSIGN(Sourced out, readSourced(json, at));
  if (out.value <= 0) return wrong(at + ".value", "must be more than zero");
  return out;
}

Result<std::int64_t> wholeNumber(const Sourced& number, const std::string& at) {
  if (number.value != std::floor(number.value) || number.value > 9.0e15) return wrong(at + ".value", "must be a whole number");
  return static_cast<std::int64_t>(number.value);
}

struct RateKey { const char* key; std::map<std::string, Sourced> Profile::*to; };
constexpr std::array rateKeys{
    RateKey{"macs_per_second", &Profile::macsPerSecond},
    RateKey{"depthwise_macs_per_second", &Profile::depthwiseMacsPerSecond},
    RateKey{"conv3x3_macs_per_second", &Profile::conv3x3MacsPerSecond},
    RateKey{"few_channel_macs_per_second", &Profile::fewChannelMacsPerSecond},
};

struct NumberKey { const char* key; std::optional<Sourced> Profile::*to; };
constexpr std::array numberKeys{
    NumberKey{"memory_bytes_per_second", &Profile::memoryBytesPerSecond},
    NumberKey{"activation_bytes_per_second", &Profile::activationBytesPerSecond},
    NumberKey{"layer_overhead_seconds", &Profile::layerOverheadSeconds},
    NumberKey{"inference_overhead_seconds", &Profile::inferenceOverheadSeconds},
    NumberKey{"idle_watts", &Profile::idleWatts},
    NumberKey{"active_watts", &Profile::activeWatts},
    NumberKey{"picojoule_per_mac_float32", &Profile::picojoulePerMacFloat},
    NumberKey{"picojoule_per_mac_int8", &Profile::picojoulePerMacInt8},
    NumberKey{"picojoule_per_byte", &Profile::picojoulePerByte},
};

struct CountKey { const char* key; std::int64_t Profile::*to; };
constexpr std::array countKeys{
    CountKey{"ram_bytes", &Profile::ramBytes},
    CountKey{"flash_bytes", &Profile::flashBytes},
    CountKey{"runtime_ram_bytes", &Profile::runtimeRamBytes},
    CountKey{"runtime_flash_bytes", &Profile::runtimeFlashBytes},
    CountKey{"channel_alignment", &Profile::channelAlignment},
};

const std::vector<std::string> systolicKeys{"rows",         "columns",  "clock_mhz", "dataflow", "dma_bytes_per_cycle",
                                            "buffer_bytes", "depthwise", "time_scale"};
const std::vector<std::string> plainKeys{"schema", "id", "name", "description", "kind", "precisions", "requantization",
                                         "systolic", "resources"};

std::vector<std::string> topKeys() {
  std::vector<std::string> keys = plainKeys;
  for (const RateKey& rate : rateKeys) keys.emplace_back(rate.key);
  for (const NumberKey& number : numberKeys) keys.emplace_back(number.key);
  for (const CountKey& count : countKeys) keys.emplace_back(count.key);
  return keys;
}

Status readRates(const Json& json, Profile& profile) {
  for (const RateKey& rate : rateKeys) {
    const auto it = json.find(rate.key);
    if (it == json.end()) continue;
    EW_TRY(onlyKeys(*it, rate.key, {"float32", "int8"}));
    for (const auto& [precision, number] : it->items()) {
      EW_ASSIGN((profile.*rate.to)[precision], readPositive(number, std::string(rate.key) + "." + precision));
    }
  }
  return {};
}

Status readNumbers(const Json& json, Profile& profile) {
  for (const NumberKey& number : numberKeys) {
    const auto it = json.find(number.key);
    if (it == json.end()) continue;
    EW_ASSIGN(profile.*number.to, readSourced(*it, number.key));
  }
  for (const auto& [key, rate] : {std::pair("memory_bytes_per_second", &profile.memoryBytesPerSecond),
                                  std::pair("activation_bytes_per_second", &profile.activationBytesPerSecond)})
    if (rate->has_value() && (*rate)->value <= 0) return wrong(std::string(key) + ".value", "must be more than zero");
  for (const CountKey& count : countKeys) {
    const auto it = json.find(count.key);
    if (it == json.end()) continue;
    EW_ASSIGN(const Sourced number, readPositive(*it, count.key));
    EW_ASSIGN(profile.*count.to, wholeNumber(number, count.key));
    profile.sources[count.key] = number.source;
  }
  return {};
}

Status readResources(const Json& json, Profile& profile) {
  const auto it = json.find("resources");
  if (it == json.end()) return {};
  EW_TRY(onlyKeys(*it, "resources", {"LUT", "FF", "DSP", "BRAM36", "URAM"}));
  for (const auto& [name, number] : it->items()) {
    EW_ASSIGN(const Sourced resource, readSourced(number, "resources." + name));
    profile.resources[name] = resource.value;
    profile.sources["resources." + name] = resource.source;
  }
  return {};
}

Status readSystolic(const Json& json, Profile& profile) {
  const auto it = json.find("systolic");
  if (it == json.end()) return {};
  EW_TRY(onlyKeys(*it, "systolic", systolicKeys));
  SystolicArray array;
  double rows = 0, columns = 0, buffer = 0;
  for (const auto& [key, to] : {std::pair("rows", &rows), std::pair("columns", &columns), std::pair("clock_mhz", &array.clockMhz),
                                std::pair("dma_bytes_per_cycle", &array.dmaBytesPerCycle), std::pair("buffer_bytes", &buffer)}) {
    const std::string at = std::string("systolic.") + key;
    const auto number = it->find(key);
    if (number == it->end()) return wrong(at, "is missing");
    EW_ASSIGN(const Sourced value, readPositive(*number, at));
    *to = value.value;
    profile.sources[at] = value.source;
  }
  EW_ASSIGN(array.rows, wholeNumber({rows, 0, {}}, "systolic.rows"));
  EW_ASSIGN(array.columns, wholeNumber({columns, 0, {}}, "systolic.columns"));
  EW_ASSIGN(array.bufferBytes, wholeNumber({buffer, 0, {}}, "systolic.buffer_bytes"));
  if (array.rows > 4096 || array.columns > 4096) return wrong("systolic", "has more than 4096 rows or columns");
  EW_ASSIGN(array.dataflow, readText(*it, "dataflow", "systolic."));
  if (array.dataflow != "ws" && array.dataflow != "os") return wrong("systolic.dataflow", "must be ws or os");
  if (it->contains("depthwise")) {
    EW_ASSIGN(array.depthwise, readText(*it, "depthwise", "systolic."));
    if (array.depthwise != "array" && array.depthwise != "columns") return wrong("systolic.depthwise", "must be array or columns");
  }
  if (const auto scale = it->find("time_scale"); scale != it->end()) {
    EW_ASSIGN(array.timeScale, readPositive(*scale, "systolic.time_scale"));
  }
  profile.systolic = array;
  return {};
}

Status readPrecisions(const Json& json, Profile& profile) {
  const auto it = json.find("precisions");
  if (it == json.end() || !it->is_array() || it->empty()) return wrong("precisions", "must be a list that is not empty");
  for (const Json& precision : *it) {
    if (!precision.is_string()) return wrong("precisions", "must be a list of texts");
    profile.precisions.push_back(precision.get<std::string>());
  }
  return {};
}

}  // namespace

std::vector<std::string> profileKeys() {
  std::vector<std::string> keys = topKeys();
  for (const std::string& key : systolicKeys) keys.push_back("systolic." + key);
  std::sort(keys.begin(), keys.end());
  return keys;
}

Result<Profile> parseProfile(const Json& json) {
  if (!json.is_object()) return invalid("a device profile must be an object");
  EW_TRY(onlyKeys(json, "", topKeys()));
  EW_ASSIGN(const std::string schema, readText(json, "schema", ""));
  if (schema != "edgewright.device/1") return wrong("schema", "is " + inQuotes(schema) + ", must be 'edgewright.device/1'");
  Profile profile;
  EW_ASSIGN(profile.id, readText(json, "id", ""));
  EW_ASSIGN(profile.name, readText(json, "name", ""));
  EW_ASSIGN(profile.description, readText(json, "description", ""));
  EW_ASSIGN(profile.kind, readChoice(json, "kind", {"cpu", "mcu", "gpu", "fpga"}));
  if (json.contains("requantization")) {
    EW_ASSIGN(profile.requantization, readChoice(json, "requantization", {"float", "fixed"}));
  }
  EW_TRY(readPrecisions(json, profile));
  EW_TRY(readRates(json, profile));
  EW_TRY(readNumbers(json, profile));
  EW_TRY(readSystolic(json, profile));
  EW_TRY(readResources(json, profile));
  if (profile.macsPerSecond.empty() && !profile.systolic)
    return invalid("a profile needs 'macs_per_second' or 'systolic', else nothing can be predicted");
  return profile;
}

}  // namespace ew::device
