// SPDX-License-Identifier: Apache-2.0
#include "core/ops/recurrent_activations.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "core/base/text.h"

namespace ew::ops {
namespace {

struct Row {
  std::string_view name;
  double (*function)(double, double, double);
  int parameters;       ///< how many of alpha and beta it takes
  double alpha, beta;   ///< defaults
};

constexpr std::array table{
    Row{"affine", [](double x, double a, double b) { return a * x + b; }, 2, 1, 0},
    Row{"elu", [](double x, double a, double) { return x < 0 ? a * (std::exp(x) - 1) : x; }, 1, 1, 0},
    Row{"hardsigmoid", [](double x, double a, double b) { return std::clamp(a * x + b, 0.0, 1.0); }, 2, 0.2, 0.5},
    Row{"leakyrelu", [](double x, double a, double) { return x < 0 ? a * x : x; }, 1, 0.01, 0},
    Row{"relu", [](double x, double, double) { return std::max(x, 0.0); }, 0, 0, 0},
    Row{"scaledtanh", [](double x, double a, double b) { return a * std::tanh(b * x); }, 2, 1, 1},
    Row{"sigmoid", [](double x, double, double) { return 1 / (1 + std::exp(-x)); }, 0, 0, 0},
    Row{"softplus", [](double x, double, double) { return std::log1p(std::exp(-std::fabs(x))) + std::max(x, 0.0); }, 0, 0, 0},
    Row{"softsign", [](double x, double, double) { return x / (1 + std::fabs(x)); }, 0, 0, 0},
    Row{"tanh", [](double x, double, double) { return std::tanh(x); }, 0, 0, 0},
    Row{"thresholdedrelu", [](double x, double a, double) { return x > a ? x : 0; }, 1, 1, 0},
};

const Row* find(const std::string& name) {
  std::string lower;
  for (const char c : name) lower += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  const auto* row = std::ranges::find(table, lower, &Row::name);
  return row == table.end() ? nullptr : row;
}

}  // namespace

Result<std::vector<CellActivation>> cellActivations(const Node& node, const std::vector<std::string>& defaults, std::size_t directions) {
  std::vector<std::string> names = node.attributes.getStrings("activations");
  if (names.empty())
    for (std::size_t d = 0; d < directions; ++d) names.insert(names.end(), defaults.begin(), defaults.end());
  if (names.size() != defaults.size() * directions)
    return invalid("activations has " + std::to_string(names.size()) + " entries, not " + std::to_string(defaults.size() * directions));
  const std::vector<float> alphas = node.attributes.getFloats("activation_alpha");
  const std::vector<float> betas = node.attributes.getFloats("activation_beta");
  // The lists hold a value only for those activations that take one.
  std::size_t alpha = 0, beta = 0;
  std::vector<CellActivation> out;
  for (const std::string& name : names) {
    const Row* row = find(name);
    if (row == nullptr) return unsupported("activation " + inQuotes(name) + " is not known");
    CellActivation made{row->function, row->alpha, row->beta};
    if (row->parameters >= 1 && alpha < alphas.size()) made.alpha = static_cast<double>(alphas[alpha++]);
    if (row->parameters >= 2 && beta < betas.size()) made.beta = static_cast<double>(betas[beta++]);
    out.push_back(made);
  }
  return out;
}

}  // namespace ew::ops
