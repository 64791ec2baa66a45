// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/simulate/simulate.h"
#include "core/simulate/work.h"

namespace ew::simulate {

/// A predicted number as the parts that each profile parameter is responsible for. A part grows in proportion to
/// how wrong its parameter is; parameters are independent, so the parts' errors add as squares.
class Prediction {
 public:
  /// `parameter` is compared by address: the same one in two layers is wrong in the same way in both.
  void add(const device::Sourced* parameter, double amount);
  /// The whole number is also multiplied by this parameter (watts times seconds).
  void scaleBy(const device::Sourced* parameter);
  void add(const Prediction& other);

  double value() const;
  double sigma() const;
  /// Value with its 95 % interval, which does not reach below zero; `unit` multiplies all three.
  Estimate estimate(double unit, std::string source) const;

 private:
  /// Amounts by parameter, in the order in which parameters came: sums in the order of addresses would differ in
  /// their last bit from run to run.
  using Terms = std::vector<std::pair<const device::Sourced*, double>>;
  static double& amountOf(Terms& terms, const device::Sourced* parameter);

  Terms parts_;    ///< seconds or joules by parameter
  Terms factors_;  ///< parameters that multiply, with the amount that they multiply
};

/// Seconds of one layer.
struct LayerTime {
  Prediction seconds;
  std::string precision;            ///< that it runs at: "float32" or "int8"
  std::string bound;
  std::string source;
  std::string missing;              ///< not empty: cannot be predicted, and why
  device::SystolicCycles cycles;    ///< zeros without an array
};

LayerTime timeOf(const LayerWork& work, const device::Profile& profile);

/// Whether the device has 8-bit arithmetic; without, integer layers run at float32 speed.
bool runsInt8(const device::Profile& profile);

}  // namespace ew::simulate
