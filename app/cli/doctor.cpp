// SPDX-License-Identifier: GPL-3.0-or-later
#include <map>
#include <set>
#include <thread>

#include "app/cli/commands.h"
#include "app/cli/table_text.h"
#include "core/device/profile.h"
#include "core/ops/op.h"

namespace ew::cli {
namespace {

nlohmann::json operatorsJson(std::string& text) {
  nlohmann::json out = nlohmann::json::array();
  TableText table({"operator", "domain", "opsets"});
  for (const ops::OpDef& def : ops::catalog()) {
    const std::string range = std::to_string(def.sinceVersion) + "-" + std::to_string(def.lastVersion);
    out.push_back({{"name", def.name}, {"domain", def.domain.empty() ? "ai.onnx" : def.domain}, {"since", def.sinceVersion}, {"last", def.lastVersion}});
    table.add({std::string(def.name), std::string(def.domain.empty() ? "ai.onnx" : def.domain), range});
  }
  text += table.text();
  return out;
}

Result<Output> doctor(bool operators, Context& context) {
  Output out;
  out.document = {{"schema", "edgewright.doctor/1"}, {"version", EDGEWRIGHT_VERSION}, {"hardware_threads", std::thread::hardware_concurrency()},
                  {"backends", nlohmann::json::array()}};
  out.text = "edgewright " EDGEWRIGHT_VERSION "\n";
  TableText table({"backend", "state", "what"});
  for (const auto& backend : context.backends.all()) {
    const Status available = backend->available();
    const std::string what = available.ok() ? backend->description() : available.error().text();
    out.document["backends"].push_back({{"id", backend->id()}, {"available", available.ok()}, {"description", what}});
    table.add({backend->id(), available.ok() ? "ready" : "unavailable", what});
  }
  out.text += table.text();
  std::set<std::string> names;
  for (const ops::OpDef& def : ops::catalog()) names.insert(std::string(def.domain) + "." + std::string(def.name));
  out.document["operator_types"] = names.size();
  out.document["resources"] = device::resourceFolder().string();
  out.document["devices"] = nlohmann::json::array();
  for (const auto& [id, profile] : device::builtinProfiles()) out.document["devices"].push_back(id);
  out.text += "operators  " + std::to_string(names.size()) + " types\nresources  " + device::resourceFolder().string() + "\n";
  if (operators) out.document["operators"] = operatorsJson(out.text);
  return out;
}

}  // namespace

void addDoctor(CLI::App& app, Invocation& invocation) {
  auto operators = std::make_shared<bool>(false);
  app.add_flag("--operators", *operators, "List every operator that the program can run");
  app.callback([operators, &invocation] { invocation.run = [operators](Context& context) { return doctor(*operators, context); }; });
}

}  // namespace ew::cli
