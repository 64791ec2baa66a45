// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cmath>
#include <functional>

#include "core/base/text.h"
#include "core/recipe/runner.h"

namespace ew::recipe {
namespace {

using Value = Result<double>;

Result<double> top1(const Judgement& judgement) {
  if (!judgement.evaluation) return invalid("there is no evaluation data");
  const auto it = judgement.evaluation->metrics.find("top1");
  if (it == judgement.evaluation->metrics.end()) return invalid("the evaluation gave no top1");
  return it->second.value;
}

Value accuracyDrop(const Judgement& original, const Judgement& optimized) {
  EW_ASSIGN(const double before, top1(original));
  EW_ASSIGN(const double after, top1(optimized));
  // 93.4 - 93.2 must not miss a gate of 0.2 by its last bit.
  return std::round((before - after) * 1e9) / 1e9;
}

Value known(const simulate::Estimate& estimate) {
  if (!estimate.known) return invalid("it cannot be predicted: " + estimate.source);
  return estimate.value;
}

struct Gate {
  const char* name;  ///< also the unit: what is compared with the limit
  Value (*value)(const Judgement& original, const Judgement& optimized);
};

/// Upper limits that a recipe can set; all but the first look at the optimized model alone.
constexpr std::array gates{
    Gate{"accuracy_drop_pp", accuracyDrop},
    Gate{"latency_ms", [](const Judgement&, const Judgement& o) { return known(o.predicted.latencyMs); }},
    Gate{"energy_mj", [](const Judgement&, const Judgement& o) { return known(o.predicted.energyMj); }},
    Gate{"weight_bytes", [](const Judgement&, const Judgement& o) -> Value { return static_cast<double>(o.summary.totals.weightBytes); }},
    Gate{"macs", [](const Judgement&, const Judgement& o) -> Value { return static_cast<double>(o.summary.totals.macs); }},
    Gate{"ram_bytes", [](const Judgement&, const Judgement& o) -> Value { return static_cast<double>(o.predicted.ramBytes); }},
    Gate{"flash_bytes", [](const Judgement&, const Judgement& o) -> Value { return static_cast<double>(o.predicted.flashBytes); }},
};

}  // namespace

const std::vector<std::string>& gateNames() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> out;
    for (const Gate& gate : gates) out.emplace_back(gate.name);
    return out;
  }();
  return names;
}

Result<std::vector<GateResult>> checkGates(const Recipe& recipe, const Judgement& original, const Judgement& optimized) {
  std::vector<GateResult> out;
  for (const Gate& gate : gates) {
    const auto limit = recipe.gates.limits.find(gate.name);
    if (limit == recipe.gates.limits.end()) continue;
    EW_ASSIGN_AT(const double value, gate.value(original, optimized), std::string("gate ") + gate.name);
    out.push_back({gate.name, limit->second, value, value <= limit->second});
  }
  return out;
}

}  // namespace ew::recipe
