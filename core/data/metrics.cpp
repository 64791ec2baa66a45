// SPDX-License-Identifier: Apache-2.0
#include "core/data/metrics.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace ew::data {
namespace {

constexpr double z95 = 1.959963984540054;  // two-sided 95 % quantile of the normal distribution
constexpr std::int64_t classesForTop5 = 10;

/// Scores with NaN below everything; empty when the tensor is not numeric.
std::vector<double> comparable(const Tensor& scores) {
  Result<std::vector<double>> values = toDoubles(scores);
  if (!values.ok()) return {};
  for (double& value : *values)
    if (std::isnan(value)) value = -std::numeric_limits<double>::infinity();
  return std::move(values).value();
}

}  // namespace

Interval wilson(std::int64_t hits, std::int64_t total) {
  if (total <= 0) return {0, 0, 100};
  const auto n = static_cast<double>(total);
  const double share = static_cast<double>(hits) / n;
  const double z2 = z95 * z95;
  const double center = (share + z2 / (2 * n)) / (1 + z2 / n);
  const double half = z95 / (1 + z2 / n) * std::sqrt(share * (1 - share) / n + z2 / (4 * n * n));
  return {100 * share, 100 * std::max(0.0, center - half), 100 * std::min(1.0, center + half)};
}

std::int64_t argmax(const Tensor& scores) {
  const std::vector<double> values = comparable(scores);
  if (values.empty()) return -1;
  return std::max_element(values.begin(), values.end()) - values.begin();
}

void Accuracy::add(const Tensor& scores, std::int64_t label) {
  const std::vector<double> values = comparable(scores);
  const auto classes = static_cast<std::int64_t>(values.size());
  ++samples_;
  classes_ = std::max(classes_, classes);
  if (label < 0 || label >= classes) return;
  const double own = values[static_cast<std::size_t>(label)];
  std::int64_t rank = 0;
  for (std::int64_t i = 0; i < classes; ++i) {
    const double other = values[static_cast<std::size_t>(i)];
    if (other > own || (other == own && i < label)) ++rank;
  }
  if (rank == 0) ++top1_;
  if (rank < 5) ++top5_;
}

std::map<std::string, Interval> Accuracy::result() const {
  std::map<std::string, Interval> out{{"top1", wilson(top1_, samples_)}};
  if (classes_ >= classesForTop5) out["top5"] = wilson(top5_, samples_);
  return out;
}

}  // namespace ew::data
