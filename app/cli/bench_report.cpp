// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench_report.h"

#include <map>

#include "app/cli/table_text.h"
#include "core/base/text.h"
#include "core/recipe/judgement_json.h"
#include "core/run/layer_rates.h"

namespace ew::cli {
namespace {

constexpr const char* madeUp = "random numbers of the inputs' types; dynamic dimensions are 1 unless --shape gives others";

struct NamedPeak {
  const char* key;    ///< with its unit
  const char* label;
  const char* unit;
  const Peak* peak;
};

std::vector<NamedPeak> named(const Peaks& peaks) {
  return {{"float32_gflop_per_s", "float32", "GFLOP/s", &peaks.float32}, {"bfloat16_gflop_per_s", "bfloat16", "GFLOP/s", &peaks.bfloat16},
          {"int8_gop_per_s", "int8", "GOP/s", &peaks.int8}, {"level2_gb_per_s", "level 2", "GB/s", &peaks.level2},
          {"level3_gb_per_s", "level 3", "GB/s", &peaks.level3}, {"memory_gb_per_s", "memory", "GB/s", &peaks.memory}};
}

nlohmann::json valueOrNull(const Peak& peak) { return peak.value > 0 ? nlohmann::json(peak.value) : nlohmann::json(nullptr); }

nlohmann::json peaksJson(const Peaks& peaks) {
  nlohmann::json out{{"threads", peaks.threads}, {"methods", nlohmann::json::object()}};
  for (const NamedPeak& entry : named(peaks)) {
    out[entry.key] = valueOrNull(*entry.peak);
    out["methods"][entry.key] = entry.peak->method;
  }
  return out;
}

std::string peaksText(const Peaks& peaks) {
  std::string out = "\nthis machine, measured with " + std::to_string(peaks.threads) + (peaks.threads == 1 ? " thread:\n" : " threads:\n");
  TableText table({"limit", "rate", "unit", "how"});
  for (const NamedPeak& entry : named(peaks))
    table.add({entry.label, entry.peak->value > 0 ? significant(entry.peak->value) : "-", entry.unit, entry.peak->method});
  return out + table.text();
}

nlohmann::json fallbacksJson(const Plan& plan) {
  nlohmann::json out = nlohmann::json::array();
  for (const Fallback& fallback : plan.fallbacks) {
    const Node& node = *plan.graph.node(fallback.node);
    out.push_back({{"node", escapeControl(displayName(plan.graph, node))}, {"op", node.opType}, {"backend", fallback.backend},
                   {"reason", fallback.reason.text()}, {"boundary_bytes", fallback.boundaryBytes}});
  }
  return out;
}

/// Estimates only where there was a choice.
nlohmann::json decisionsJson(const Plan& plan) {
  nlohmann::json out = nlohmann::json::array();
  for (const Decision& decision : plan.decisions) {
    const Node* node = plan.graph.node(decision.node);
    nlohmann::json row{{"node", node == nullptr ? "" : escapeControl(displayName(plan.graph, *node))}, {"text", escapeControl(decision.text)}};
    if (decision.integerMicroseconds > 0 || decision.floatMicroseconds > 0) {
      row["integer_estimate_us"] = decision.integerMicroseconds;
      row["float_estimate_us"] = decision.floatMicroseconds;
    }
    out.push_back(std::move(row));
  }
  return out;
}

void addRate(nlohmann::json& row, const LayerTime& layer, const LayerRate& rate) {
  row["achieved_gop_per_s"] = rate.gopPerS;
  row["achieved_gb_per_s"] = rate.gbPerS;
  row["bound"] = rate.bound.empty() ? nlohmann::json(nullptr) : nlohmann::json(rate.bound);
  row["bound_fraction"] = rate.bound.empty() ? nlohmann::json(nullptr) : nlohmann::json(rate.fraction);
  if (!layer.algorithm.empty()) row["algorithm"] = layer.algorithm;
}

std::string percent(double fraction) { return significant(100 * fraction, fraction < 0.995 ? 2 : 3) + " %"; }

/// Lists that say which layers use a kernel that is chosen, not given: "winograd: 3 layers".
std::string choicesText(const BenchResult& result) {
  std::map<std::string, int> counts;
  for (const LayerTime& layer : result.layers) {
    if (!layer.algorithm.empty()) ++counts[layer.algorithm];
    if (layer.precision == LayerPrecision::BFloat16) ++counts["bfloat16"];
  }
  std::string out;
  for (const auto& [name, count] : counts) out += name + " in " + std::to_string(count) + (count == 1 ? " layer\n" : " layers\n");
  if (counts.contains("winograd") || counts.contains("sparse")) out += "  (they need fewer operations than are counted, and may pass 100 %)\n";
  return out;
}

std::string timesText(const BenchResult& result) {
  return result.backend + ", " + std::to_string(result.threads) + (result.threads == 1 ? " thread, " : " threads, ") + std::to_string(result.runs) +
         " runs: p50 " + significant(result.p50Ms) + " ms, p95 " + significant(result.p95Ms) + " ms, min " + significant(result.minMs) +
         " ms, between quartiles " + significant(result.spreadMs) + " ms; compiled in " + significant(result.compileMs) + " ms\n" + "inputs: " + madeUp +
         "\nlayers: medians of " + std::to_string(result.tracedRuns) + " runs timed layer by layer, p50 " + significant(result.tracedP50Ms) +
         " ms; they sum to " + significant(result.layersSumMs) + " ms (" + percent(result.p50Ms > 0 ? result.layersSumMs / result.p50Ms : 0) +
         " of the p50 above); reading the clock takes " + significant(result.timerNs) + " ns, twice for each\n";
}

std::string layersText(const BenchResult& result, const std::vector<LayerRate>& rates) {
  TableText table({"layer", "operator", "ms", "GOP/s", "GB/s", "limit", "of it", "precision", "backend", "kernel"});
  for (std::size_t i = 0; i < result.layers.size(); ++i) {
    const LayerTime& layer = result.layers[i];
    const bool known = i < rates.size() && !rates[i].bound.empty() && layer.backend == "cpu";
    table.add({escapeControl(layer.name), layer.op, significant(layer.milliseconds), known ? significant(rates[i].gopPerS) : "-",
               known ? significant(rates[i].gbPerS) : "-", known ? rates[i].bound : "-", known ? percent(rates[i].fraction) : "-",
               std::string(layerPrecisionName(layer.precision)), layer.backend, layer.kernel});
  }
  return table.text();
}

}  // namespace

Output benchReport(const BenchResult& result, const Plan& plan, const std::optional<Peaks>& peaks) {
  Output out;
  out.document = recipe::toJson(result);
  out.document["schema"] = "edgewright.bench/1";
  out.document["inputs"] = madeUp;
  out.document["fallbacks"] = fallbacksJson(plan);
  out.document["decisions"] = decisionsJson(plan);
  out.document["peaks"] = peaks ? peaksJson(*peaks) : nlohmann::json(nullptr);
  std::vector<LayerRate> rates;
  for (std::size_t i = 0; peaks && i < result.layers.size(); ++i) {
    rates.push_back(rateOf(result.layers[i], *peaks));
    if (result.layers[i].backend == "cpu") addRate(out.document["layers"][i], result.layers[i], rates.back());
  }
  out.text = timesText(result) + "\n" + layersText(result, rates) + choicesText(result);
  if (peaks) out.text += peaksText(*peaks);
  if (!plan.decisions.empty() || !plan.fallbacks.empty()) out.text += "\nlayers that stay float, or run on another backend:\n";
  for (const auto& row : out.document["decisions"]) out.text += row["node"].get<std::string>() + ": " + row["text"].get<std::string>() + "\n";
  for (const auto& row : out.document["fallbacks"])
    out.text += row["node"].get<std::string>() + " ran on " + row["backend"].get<std::string>() + ": " + row["reason"].get<std::string>() + "\n";
  return out;
}

}  // namespace ew::cli
