// SPDX-License-Identifier: Apache-2.0
#include "core/recipe/judgement_json.h"

#include <nlohmann/json.hpp>

namespace ew::recipe {
namespace {

using nlohmann::json;

json numberOrNull(const simulate::Estimate& estimate) { return estimate.known ? json(estimate.value) : json(nullptr); }

json intervalJson(const simulate::Estimate& estimate) {
  if (!estimate.known) return {{"known", false}, {"source", estimate.source}};
  return {{"low", estimate.low}, {"high", estimate.high}, {"confidence", 0.95}, {"source", estimate.source}};
}

json layerJson(const simulate::LayerReport& layer) {
  json out{{"name", layer.name}, {"op", layer.op}, {"precision", layer.precision}, {"latency_ms", numberOrNull(layer.latencyMs)},
           {"energy_mj", numberOrNull(layer.energyMj)}, {"bound", layer.bound}, {"macs", layer.macs}, {"bytes_moved", layer.bytes}};
  if (layer.cycles > 0) {
    out["cycles"] = layer.cycles;
    out["utilization"] = layer.utilization;
  }
  return out;
}

}  // namespace

json toJson(const analysis::Totals& totals) {
  return {{"nodes", totals.nodes}, {"layers", totals.layers}, {"parameters", totals.parameters},
          {"weight_bytes", totals.weightBytes}, {"macs", totals.macs}, {"zeros", totals.zeros},
          {"sparsity", totals.sparsity}, {"activation_peak_bytes", totals.activationPeakBytes}};
}

json toJson(const analysis::LayerFacts& layer) {
  json out{{"name", layer.name}, {"op", layer.op}, {"output_shape", layer.outputShape}, {"is_layer", layer.isLayer},
           {"parameters", layer.parameters}, {"weight_bytes", layer.weightBytes},
           {"macs", layer.macsKnown ? json(layer.macs) : json(nullptr)}, {"activation_bytes", layer.activationBytes},
           {"zeros", layer.zeros}, {"sparsity", layer.sparsity}, {"channels", layer.channels}, {"zero_channels", layer.zeroChannels},
           {"weight_precision", layer.weightPrecision}, {"activation_precision", layer.activationPrecision}};
  if (layer.weightRange) out["weight_range"] = {layer.weightRange->low, layer.weightRange->high};
  return out;
}

json toJson(const simulate::Report& report) {
  json out;
  out["device"] = report.device;
  out["totals"] = {{"latency_ms", numberOrNull(report.latencyMs)}, {"energy_mj", numberOrNull(report.energyMj)},
                   {"ram_bytes", report.ramBytes}, {"flash_bytes", report.flashBytes}};
  out["uncertainty"] = {{"latency_ms", intervalJson(report.latencyMs)}, {"energy_mj", intervalJson(report.energyMj)}};
  out["fits"] = report.fits;
  json verdicts = json::array();
  for (const simulate::FitVerdict& verdict : report.verdicts)
    verdicts.push_back({{"resource", verdict.resource}, {"needed", verdict.needed}, {"available", verdict.available},
                        {"fits", verdict.fits}, {"text", verdict.text}});
  out["fit_verdicts"] = std::move(verdicts);
  json layers = json::array();
  for (const simulate::LayerReport& layer : report.layers) layers.push_back(layerJson(layer));
  out["layers"] = std::move(layers);
  out["source"] = report.source;
  return out;
}

json toJson(const BenchResult& result) {
  json layers = json::array();
  for (const LayerTime& layer : result.layers)
    layers.push_back({{"name", layer.name}, {"op", layer.op}, {"backend", layer.backend}, {"kernel", layer.kernel},
                      {"latency_ms", layer.milliseconds}, {"operations", layer.operations}, {"bytes_moved", layer.bytes},
                      {"precision", layerPrecisionName(layer.precision)}});
  return {{"backend", result.backend}, {"threads", result.threads}, {"runs", result.runs}, {"compile_ms", result.compileMs},
          {"latency_ms", {{"p50", result.p50Ms}, {"p95", result.p95Ms}, {"min", result.minMs}, {"max", result.maxMs},
                          {"between_quartiles", result.spreadMs}}},
          {"traced", {{"runs", result.tracedRuns}, {"p50_ms", result.tracedP50Ms}, {"layers_sum_ms", result.layersSumMs}, {"timer_ns", result.timerNs}}},
          {"peak_rss_bytes", result.peakRssBytes}, {"layers", std::move(layers)}};
}

json metricsJson(const analysis::Evaluation& evaluation) {
  json out = json::object();
  for (const auto& [name, interval] : evaluation.metrics)
    out[name] = {{"value", interval.value}, {"low", interval.low}, {"high", interval.high}};
  return out;
}

json toJson(const Judgement& judgement, bool withMeasured) {
  const json predicted = toJson(judgement.predicted);
  json out;
  out["totals"] = toJson(judgement.summary.totals);
  out["totals"].update(predicted["totals"]);
  out["fits"] = judgement.predicted.fits;
  out["predicted"] = predicted;
  out["metrics"] = judgement.evaluation ? metricsJson(*judgement.evaluation) : json::object();
  out["samples"] = judgement.evaluation ? json(judgement.evaluation->samples) : json(nullptr);
  if (withMeasured && judgement.measured) out["measured"] = toJson(*judgement.measured);
  return out;
}

json toJson(const std::vector<transform::NodeVerdict>& verdicts) {
  json out = json::array();
  for (const transform::NodeVerdict& verdict : verdicts) {
    json row{{"node", verdict.node}, {"verdict", verdict.verdict}, {"reason", verdict.reason}};
    if (!verdict.reasonKey.empty()) row["reason_key"] = verdict.reasonKey;
    out.push_back(std::move(row));
  }
  return out;
}

json toJson(const std::vector<GateResult>& gates) {
  json out = json::array();
  for (const GateResult& gate : gates)
    out.push_back({{"name", gate.name}, {"limit", gate.limit}, {"value", gate.value}, {"met", gate.met}});
  return out;
}

json stepsJson(const Recipe& recipe) {
  json out = json::array();
  for (const Step& step : recipe.steps) {
    json row{{step.name, step.options}, {"enabled", step.enabled}};
    if (!step.note.empty()) row["note"] = step.note;
    out.push_back(std::move(row));
  }
  return out;
}

}  // namespace ew::recipe
