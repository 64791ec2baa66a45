// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/project_output.h"

#include <algorithm>
#include <map>

#include "app/cli/table_text.h"
#include "core/base/text.h"
#include "core/recipe/judgement_json.h"

namespace ew::cli {
namespace {

using recipe::Judgement;

std::string withInterval(double value, double low, double high) {
  return significant(value) + " (" + significant(low) + "-" + significant(high) + ")";
}

std::string estimateText(const simulate::Estimate& estimate) {
  return estimate.known ? withInterval(estimate.value, estimate.low, estimate.high) : std::string("-");
}

std::string accuracyText(const Judgement& judgement) {
  if (!judgement.evaluation) return "-";
  const auto it = judgement.evaluation->metrics.find("top1");
  if (it == judgement.evaluation->metrics.end()) return "-";
  return significant(it->second.value, 4) + " (" + significant(it->second.low, 4) + "-" + significant(it->second.high, 4) + ")";
}

std::string scoreboard(const recipe::Recipe& recipe, const recipe::ProjectResult& result) {
  const Judgement& a = result.original;
  const Judgement& b = result.optimized;
  TableText table({escapeControl(recipe.model.filename().string()), "original", "optimized"});
  const auto kilobytes = [](std::int64_t bytes) { return significant(static_cast<double>(bytes) / 1024); };
  table.add({"accuracy, top-1 % (95 % interval)", accuracyText(a), accuracyText(b)});
  table.add({"predicted latency on " + b.predicted.device + ", ms (95 %)", estimateText(a.predicted.latencyMs), estimateText(b.predicted.latencyMs)});
  if (a.measured && b.measured) {
    const std::string label = "measured latency here, " + b.measured->backend + ", " + std::to_string(b.measured->threads) + " threads, ms (p50, p95)";
    table.add({label, significant(a.measured->p50Ms) + ", " + significant(a.measured->p95Ms), significant(b.measured->p50Ms) + ", " + significant(b.measured->p95Ms)});
  }
  table.add({"predicted energy, mJ (95 %)", estimateText(a.predicted.energyMj), estimateText(b.predicted.energyMj)});
  table.add({"weights, KB", kilobytes(a.summary.totals.weightBytes), kilobytes(b.summary.totals.weightBytes)});
  table.add({"flash, KB", kilobytes(a.predicted.flashBytes), kilobytes(b.predicted.flashBytes)});
  table.add({"RAM, KB", kilobytes(a.predicted.ramBytes), kilobytes(b.predicted.ramBytes)});
  table.add({"parameters", std::to_string(a.summary.totals.parameters), std::to_string(b.summary.totals.parameters)});
  table.add({"multiply-accumulates, M", significant(static_cast<double>(a.summary.totals.macs) / 1e6), significant(static_cast<double>(b.summary.totals.macs) / 1e6)});
  table.add({"zero weights, %", significant(100 * a.summary.totals.sparsity), significant(100 * b.summary.totals.sparsity)});
  table.add({"fits the device", a.predicted.fits ? "yes" : "no", b.predicted.fits ? "yes" : "no"});
  return table.text();
}

/// How many nodes got each verdict, and for each reason why nodes were left alone, which.
std::string verdictLine(const std::vector<transform::NodeVerdict>& verdicts) {
  std::map<std::string, int> counts;
  for (const transform::NodeVerdict& verdict : verdicts) ++counts[verdict.verdict];
  std::vector<std::string> parts;
  for (const auto& [name, count] : counts) parts.push_back(std::to_string(count) + " " + name);
  std::string out = parts.empty() ? "" : "nodes: " + join(parts, ", ") + "\n";
  std::vector<std::pair<std::string, std::vector<std::string>>> reasons;  // in the order of the steps
  for (const transform::NodeVerdict& verdict : verdicts) {
    if (verdict.reasonKey.empty()) continue;
    auto it = std::find_if(reasons.begin(), reasons.end(), [&](const auto& entry) { return entry.first == verdict.reason; });
    if (it == reasons.end()) it = reasons.insert(reasons.end(), {verdict.reason, {}});
    it->second.push_back(escapeControl(verdict.node));
  }
  for (const auto& [reason, nodes] : reasons) out += "  kept, " + escapeControl(reason) + ": " + join(nodes, ", ") + "\n";
  return out;
}

}  // namespace

Output projectOutput(const std::string& schema, const recipe::Recipe& recipe, const recipe::ProjectResult& result,
                     const std::vector<std::string>& outputs) {
  Output out;
  out.document = {{"schema", schema}, {"model", escapeControl(recipe.model.string())}, {"device", recipe.device}, {"backend", recipe.backend},
                  {"steps", recipe::stepsJson(recipe)}, {"verdicts", recipe::toJson(result.verdicts)},
                  {"original", recipe::toJson(result.original, true)}, {"optimized", recipe::toJson(result.optimized, true)},
                  {"gates", recipe::toJson(result.gates)}, {"outputs", outputs}, {"warnings", result.optimized.summary.warnings}};
  out.text = scoreboard(recipe, result) + "\n" + verdictLine(result.verdicts);
  for (const simulate::FitVerdict& verdict : result.optimized.predicted.verdicts)
    if (!verdict.fits) out.text += "does not fit: " + verdict.text + "\n";
  for (const std::string& warning : result.optimized.summary.warnings) out.text += "note: " + escapeControl(warning) + "\n";
  std::vector<std::string> missed;
  for (const recipe::GateResult& gate : result.gates) {
    out.text += "gate " + gate.name + " <= " + significant(gate.limit) + ": " + significant(gate.value) + (gate.met ? " (met)\n" : " (NOT MET)\n");
    if (!gate.met) missed.push_back(gate.name + " is " + numberText(gate.value) + ", the limit is " + numberText(gate.limit));
  }
  out.text += "latency: " + escapeControl(result.optimized.predicted.latencyMs.source) + "\n";
  out.text += "energy: " + escapeControl(result.optimized.predicted.energyMj.source) + "\n";
  for (const std::string& file : outputs) out.text += "wrote " + file + "\n";
  if (!missed.empty()) out.failure = Error{ErrorCode::GateNotMet, "gate not met: " + join(missed, "; ")};
  return out;
}

}  // namespace ew::cli
