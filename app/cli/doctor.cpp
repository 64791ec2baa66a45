// SPDX-License-Identifier: GPL-3.0-or-later
#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include "accel/backends.h"
#include "app/cli/commands.h"
#include "app/cli/table_text.h"
#include "core/device/profile.h"
#include "core/ops/op.h"

namespace ew::cli {
namespace {

/// resources/operators.json, which the conformance tests write: what the official cases say of each operator.
Result<nlohmann::json> coverage() {
  const std::filesystem::path file = device::resourceFolder() / "operators.json";
  std::ifstream in(file);
  if (!in) return ioError("cannot be read").at(file.string());
  nlohmann::json document = nlohmann::json::parse(in, nullptr, false);
  if (!document.is_object() || !document["operators"].is_array() || !document["refused"].is_array()) return invalid("is no table of operators").at(file.string());
  return document;
}

std::string joinedNames(const nlohmann::json& names) {
  std::string out;
  for (const nlohmann::json& name : names) out += (out.empty() ? "" : " ") + name.get<std::string>();
  return out;
}

/// A row an operator: what the catalog runs, how many official cases pass, and the element types that operands have in
/// them ("checked") or were run with besides.
std::string operatorsText(const nlohmann::json& document) {
  TableText table({"operator", "domain", "opsets", "official cases", "element types", "refused types"});
  for (const nlohmann::json& entry : document["operators"])
    table.add({entry.value("name", ""), entry.value("domain", ""), std::to_string(entry.value("since", 0)) + "-" + std::to_string(entry.value("last", 0)),
               std::to_string(entry.value("cases_passed", 0)), joinedNames(entry.value("types_run", nlohmann::json::array())),
               joinedNames(entry.value("types_refused", nlohmann::json::array()))});
  for (const nlohmann::json& entry : document["refused"])
    table.add({entry.value("name", ""), entry.value("domain", ""), "refused", std::to_string(entry.value("cases_refused", 0)) + " refused", "", ""});
  return table.text();
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
  const cpu::Dispatch use = cpu::dispatch();
  out.document["cpu_dispatch"] = {{"onednn", use.oneDnn}, {"vectors", use.vectors}, {"int8", use.int8}, {"bfloat16", use.bfloat16}, {"tiles", use.tiles}};
  out.text += "cpu        oneDNN for " + use.oneDnn + "; own loops with " + use.vectors + " vectors, int8 by " + use.int8 + "; bfloat16 " + use.bfloat16 +
              "; tiles " + use.tiles + "\n";
  std::set<std::string> names;
  for (const ops::OpDef& def : ops::catalog()) names.insert(std::string(def.domain) + "." + std::string(def.name));
  out.document["operator_types"] = names.size();
  out.document["resources"] = device::resourceFolder().string();
  out.document["devices"] = nlohmann::json::array();
  for (const auto& [id, profile] : device::builtinProfiles()) out.document["devices"].push_back(id);
  out.text += "operators  " + std::to_string(names.size()) + " types\nresources  " + device::resourceFolder().string() + "\n";
  if (operators) {
    EW_ASSIGN(const nlohmann::json table, coverage());
    out.document["operators"] = table["operators"];
    out.document["operators_refused"] = table["refused"];
    out.text += operatorsText(table);
  }
  return out;
}

}  // namespace

void addDoctor(CLI::App& app, Invocation& invocation) {
  auto operators = std::make_shared<bool>(false);
  app.add_flag("--operators", *operators, "List every operator that the program can run, with opsets, element types and how many official cases pass");
  app.callback([operators, &invocation] { invocation.run = [operators](Context& context) { return doctor(*operators, context); }; });
}

}  // namespace ew::cli
