// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/data/dataset.h"
#include "core/device/profile.h"
#include "core/recipe/recipe.h"
#include "core/run/runtime.h"
#include "core/transform/pass.h"
#include "core/transform/quantize/quantize.h"

namespace ew::recipe {

/// What a step may use beside the graph.
struct StepContext {
  const BackendSet& backends;
  std::string backend = "cpu";
  const data::DataSpec* calibration = nullptr;
  const device::Profile* device = nullptr;   ///< for `align: device`
  std::uint64_t seed = 0;
};

/// One option of a step; schemas, help and the studio's controls read these.
struct OptionInfo {
  std::string key, type;                     ///< type: enum | number | integer | boolean | map
  std::vector<std::string> choices;          ///< enum
  nlohmann::json defaultValue;
  std::string description;
};

/// One kind of step: a row of the table in steps.cpp.
struct StepKind {
  std::string_view name;
  std::string_view description;
  std::vector<OptionInfo> (*options)();
  Status (*check)(const nlohmann::json& options);
  Result<transform::PassResult> (*run)(const Graph&, const nlohmann::json& options, const StepContext&, Progress&);
};
std::span<const StepKind> stepKinds();
const StepKind* findStepKind(std::string_view name);

/// The options of a quantize step as the pass takes them. Invalid names the key.
Result<transform::QuantizeOptions> quantizeOptions(const nlohmann::json& json);

}  // namespace ew::recipe
