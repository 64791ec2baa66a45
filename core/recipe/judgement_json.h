// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "core/recipe/runner.h"

namespace ew::recipe {

// The JSON documents' shared parts (architecture, section 7): every number carries its unit in its key, an unknown
// one is null with the reason beside it.

nlohmann::json toJson(const analysis::Totals& totals);
nlohmann::json toJson(const analysis::LayerFacts& layer);
nlohmann::json toJson(const simulate::Report& report);
nlohmann::json toJson(const BenchResult& result);
nlohmann::json metricsJson(const analysis::Evaluation& evaluation);
/// `totals` (of inspect and simulate together), `metrics`, `samples`, `fits`, `predicted`, and `measured` when it
/// was measured and `withMeasured` (a bundle leaves it out: it differs from run to run).
nlohmann::json toJson(const Judgement& judgement, bool withMeasured);
nlohmann::json toJson(const std::vector<transform::NodeVerdict>& verdicts);
nlohmann::json toJson(const std::vector<GateResult>& gates);
nlohmann::json stepsJson(const Recipe& recipe);  ///< as written, with `enabled`

}  // namespace ew::recipe
