// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/simulate/timing.h"

namespace ew::simulate {
namespace {

constexpr double sigmasOf95 = 1.959963984540054;

double relativeError(const device::Sourced* parameter) { return parameter == nullptr ? 0 : parameter->relativeError; }

}  // namespace

double& Prediction::amountOf(Terms& terms, const device::Sourced* parameter) {
  const auto it = std::find_if(terms.begin(), terms.end(), [&](const auto& term) { return term.first == parameter; });
  return it != terms.end() ? it->second : terms.emplace_back(parameter, 0.0).second;
}

void Prediction::add(const device::Sourced* parameter, double amount) { amountOf(parts_, parameter) += amount; }

void Prediction::scaleBy(const device::Sourced* parameter) {
  for (auto& [part, amount] : parts_) amount *= parameter->value;
  for (auto& [factor, amount] : factors_) amount *= parameter->value;
  amountOf(factors_, parameter) += value();
}

void Prediction::add(const Prediction& other) {
  for (const auto& [parameter, amount] : other.parts_) amountOf(parts_, parameter) += amount;
  for (const auto& [parameter, amount] : other.factors_) amountOf(factors_, parameter) += amount;
}

double Prediction::value() const {
  return std::accumulate(parts_.begin(), parts_.end(), 0.0, [](double sum, const auto& part) { return sum + part.second; });
}

double Prediction::sigma() const {
  double squares = 0;
  for (const auto* terms : {&parts_, &factors_})
    for (const auto& [parameter, amount] : *terms) squares += std::pow(amount * relativeError(parameter), 2);
  return std::sqrt(squares);
}

Estimate Prediction::estimate(double unit, std::string source) const {
  Estimate out;
  out.value = value() * unit;
  out.low = std::max(0.0, out.value - sigmasOf95 * sigma() * unit);
  out.high = out.value + sigmasOf95 * sigma() * unit;
  out.known = true;
  out.source = std::move(source);
  return out;
}

}  // namespace ew::simulate
