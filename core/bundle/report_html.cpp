// SPDX-License-Identifier: Apache-2.0
#include "core/bundle/report_html.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

#include "core/base/text.h"

namespace ew::bundle {
namespace {

using recipe::Judgement;

constexpr const char* style = R"(
:root{color-scheme:light dark;--line:#8884;--soft:#8882;--accent:#2f6fab}
body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;width:100%;margin:1rem 0 2rem;font-variant-numeric:tabular-nums}
th,td{padding:.3rem .7rem;border-bottom:1px solid var(--line);text-align:right;white-space:nowrap}
th:first-child,td:first-child{text-align:left;white-space:normal;overflow-wrap:anywhere}
thead th{background:var(--soft)} .note{color:GrayText} .bad{color:#c0392b;font-weight:600} .left{text-align:left!important;white-space:normal!important}
.bar{display:inline-block;height:.6em;background:var(--accent);vertical-align:middle}
)";

std::string html(std::string_view text) {
  std::string out;
  for (const char c : escapeControl(text)) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default: out += c;
    }
  }
  return out;
}

/// Three significant digits, in the C locale.
std::string significant(double value) {
  std::array<char, 64> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::general, 4).ptr;
  return {buffer.data(), end};
}

std::string withInterval(const simulate::Estimate& estimate, const std::string& unit) {
  if (!estimate.known) return "&ndash; <span class=note>" + html(estimate.source) + "</span>";
  return significant(estimate.value) + " " + unit + " <span class=note>(" + significant(estimate.low) + " to " +
         significant(estimate.high) + ")</span>";
}

std::string accuracy(const Judgement& judgement) {
  if (!judgement.evaluation || !judgement.evaluation->metrics.contains("top1"))
    return "&ndash; <span class=note>no evaluation data</span>";
  const data::Interval& top1 = judgement.evaluation->metrics.at("top1");
  return significant(top1.value) + " % <span class=note>(" + significant(top1.low) + " to " + significant(top1.high) + ")</span>";
}

std::string row(const std::string& name, const std::string& before, const std::string& after) {
  return "<tr><td>" + name + "<td>" + before + "<td>" + after + "\n";
}

std::string scoreboard(const BundleContent& content) {
  const Judgement& a = content.originalJudgement;
  const Judgement& b = content.optimizedJudgement;
  std::string out = "<table><thead><tr><th>" + html(content.recipe.model.filename().string()) + "<th>original<th>optimized</thead>\n";
  out += row("Accuracy, top-1 (95 % interval)", accuracy(a), accuracy(b));
  out += row("Predicted latency on " + html(a.predicted.device), withInterval(a.predicted.latencyMs, "ms"), withInterval(b.predicted.latencyMs, "ms"));
  out += row("Predicted energy per inference", withInterval(a.predicted.energyMj, "mJ"), withInterval(b.predicted.energyMj, "mJ"));
  const auto bytes = [](std::int64_t value) { return byteText(static_cast<double>(value)); };
  out += row("Weights", bytes(a.summary.totals.weightBytes), bytes(b.summary.totals.weightBytes));
  out += row("Flash", bytes(a.predicted.flashBytes), bytes(b.predicted.flashBytes));
  out += row("RAM", bytes(a.predicted.ramBytes), bytes(b.predicted.ramBytes));
  out += row("Parameters", std::to_string(a.summary.totals.parameters), std::to_string(b.summary.totals.parameters));
  out += row("Multiply-accumulates", std::to_string(a.summary.totals.macs), std::to_string(b.summary.totals.macs));
  out += row("Zero weights", significant(100 * a.summary.totals.sparsity) + " %", significant(100 * b.summary.totals.sparsity) + " %");
  const auto fit = [](const Judgement& j) { return j.predicted.fits ? std::string("yes") : std::string("<span class=bad>no</span>"); };
  out += row("Fits the device", fit(a), fit(b));
  return out + "</table>\n";
}

std::string layers(const BundleContent& content) {
  double longest = 0;
  for (const simulate::LayerReport& layer : content.optimizedJudgement.predicted.layers)
    longest = std::max(longest, layer.latencyMs.known ? layer.latencyMs.value : 0);
  std::string out = "<table><thead><tr><th>layer<th>operator<th>precision<th>MACs<th>bytes moved<th>bound<th>latency, ms<th class=left>&nbsp;</thead>\n";
  for (const simulate::LayerReport& layer : content.optimizedJudgement.predicted.layers) {
    const double width = longest > 0 && layer.latencyMs.known ? 10 * layer.latencyMs.value / longest : 0;
    out += "<tr><td>" + html(layer.name) + "<td>" + html(layer.op) + "<td>" + html(layer.precision) + "<td>" + std::to_string(layer.macs) +
           "<td>" + std::to_string(layer.bytes) + "<td>" + html(layer.bound) + "<td>" +
           (layer.latencyMs.known ? significant(layer.latencyMs.value) : "&ndash;") + "<td class=left><span class=bar style=\"width:" +
           significant(width) + "rem\"></span>\n";
  }
  return out + "</table>\n";
}

std::string verdicts(const BundleContent& content) {
  std::string out = "<table><thead><tr><th>node<th>verdict<th class=left>what, or why not</thead>\n";
  for (const transform::NodeVerdict& verdict : content.verdicts)
    out += "<tr><td>" + html(verdict.node) + "<td>" + html(verdict.verdict) + "<td class=left>" + html(verdict.reason) + "\n";
  return out + "</table>\n";
}

std::string gates(const BundleContent& content) {
  if (content.gates.empty()) return "<p>The recipe sets no gates.</p>\n";
  std::string out = "<table><thead><tr><th>gate<th>limit<th>value<th>met</thead>\n";
  for (const recipe::GateResult& gate : content.gates)
    out += "<tr><td>" + html(gate.name) + "<td>" + significant(gate.limit) + "<td>" + significant(gate.value) + "<td>" +
           (gate.met ? "yes" : "<span class=bad>no</span>") + "\n";
  return out + "</table>\n";
}

/// Each source of a number once.
std::string sources(const BundleContent& content) {
  std::set<std::string> texts;
  for (const Judgement* judgement : {&content.originalJudgement, &content.optimizedJudgement}) {
    texts.insert(judgement->predicted.source);
    texts.insert(judgement->predicted.latencyMs.source);
    texts.insert(judgement->predicted.energyMj.source);
    for (const std::string& warning : judgement->summary.warnings) texts.insert(warning);
  }
  std::string out = "<ul>\n";
  for (const std::string& text : texts)
    if (!text.empty()) out += "<li>" + html(text) + "\n";
  return out + "</ul>\n";
}

}  // namespace

std::string reportHtml(const BundleContent& content) {
  const std::string title = "Edgewright report: " + html(content.recipe.model.filename().string());
  std::string out = "<!doctype html>\n<html lang=en><meta charset=utf-8><title>" + title + "</title><style>" + style + "</style>\n";
  out += "<h1>" + title + "</h1>\n" + scoreboard(content);
  for (const simulate::FitVerdict& verdict : content.optimizedJudgement.predicted.verdicts)
    if (!verdict.fits) out += "<p class=bad>" + html(verdict.text) + "</p>\n";
  out += "<h2>Gates</h2>\n" + gates(content);
  out += "<h2>Layers of the optimized model</h2>\n" + layers(content);
  out += "<h2>What the steps did</h2>\n" + verdicts(content);
  out += "<h2>Where the numbers come from</h2>\n" + sources(content);
  out += "<h2>Recipe</h2>\n<pre>";
  for (const std::string& line : split(content.recipeText, '\n')) out += html(line) + "\n";
  out += "</pre>\n</html>\n";
  return out;
}

}  // namespace ew::bundle
