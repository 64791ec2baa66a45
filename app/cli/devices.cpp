// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/table_text.h"
#include "core/base/text.h"
#include "core/device/profile.h"

namespace ew::cli {
namespace {

nlohmann::json sourcedJson(const device::Sourced& number) {
  return {{"value", number.value}, {"relative_error", number.relativeError}, {"source", number.source}};
}

nlohmann::json profileJson(const device::Profile& profile) {
  nlohmann::json out{{"id", profile.id}, {"name", profile.name}, {"kind", profile.kind}, {"description", profile.description},
                     {"ram_bytes", profile.ramBytes}, {"flash_bytes", profile.flashBytes}, {"precisions", profile.precisions},
                     {"requantization", profile.requantization}, {"channel_alignment", profile.channelAlignment}};
  for (const auto& [precision, rate] : profile.macsPerSecond) out["macs_per_second"][precision] = sourcedJson(rate);
  if (profile.memoryBytesPerSecond) out["memory_bytes_per_second"] = sourcedJson(*profile.memoryBytesPerSecond);
  return out;
}

Result<Output> listDevices(Context&) {
  Output out;
  out.document = {{"schema", "edgewright.devices/1"}, {"devices", nlohmann::json::array()}};
  TableText table({"id", "name", "kind", "RAM", "flash"});
  const auto bytes = [](std::int64_t value) { return value > 0 ? byteText(static_cast<double>(value)) : std::string("-"); };
  for (const auto& [id, profile] : device::builtinProfiles()) {
    out.document["devices"].push_back(profileJson(profile));
    table.add({id, profile.name, profile.kind, bytes(profile.ramBytes), bytes(profile.flashBytes)});
  }
  out.text = table.text();
  return out;
}

}  // namespace

void addDevices(CLI::App& app, Invocation& invocation) {
  app.callback([&invocation] { invocation.run = listDevices; });
}

}  // namespace ew::cli
