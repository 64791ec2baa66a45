// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/device/profile.h"
#include "core/graph/graph.h"

namespace ew::simulate {

/// A predicted number with its error bar. `known` is false when the profile has nothing to predict it from; `source`
/// then says what is missing.
struct Estimate {
  double value = 0, low = 0, high = 0;  ///< 95 % interval
  bool known = false;
  std::string source;
};

struct LayerReport {
  NodeId node = kNone;
  std::string name, op, precision;
  Estimate latencyMs, energyMj;
  std::string bound;                    ///< compute | memory | overhead | fused (runs inside the layer before it)
  std::int64_t macs = 0, bytes = 0;     ///< bytes moved
  std::int64_t cycles = 0;              ///< FPGA: systolic-array model; 0 elsewhere
  double utilization = 0;               ///< FPGA: busy MACs / all MACs, 0..1
};

struct FitVerdict {
  std::string resource;                 ///< "ram", "flash", "precision", "operators"
  std::int64_t needed = 0, available = 0;
  bool fits = true;
  std::string text;                     ///< "needs 62 KB more SRAM"
};

struct Report {
  std::string device;
  Estimate latencyMs, energyMj;
  std::int64_t ramBytes = 0, flashBytes = 0;
  std::vector<FitVerdict> verdicts;
  bool fits = true;
  std::vector<LayerReport> layers;
  std::string source;                   ///< how the latency was obtained
};

/// Predicts one inference (batch 1, dynamic dimensions 1) of a graph on a device: roofline by precision with a fixed
/// overhead a layer, and for devices with a systolic array the cycle model. A quantized graph is predicted as it would
/// run, with its QDQ patterns as integer layers. Error bars: the parameters of the profile are independent of each
/// other, and each is wrong by the same factor in every layer. Fast enough to call while a slider moves.
Result<Report> simulate(const Graph& graph, const device::Profile& profile);

}  // namespace ew::simulate
