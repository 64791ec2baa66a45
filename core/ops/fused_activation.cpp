// SPDX-License-Identifier: Apache-2.0
#include "core/ops/fused_activation.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/ops/elementwise.h"

namespace ew::ops {

Status applyActivation(const Node& node, const std::vector<float>& parameters, Tensor& values) {
  const std::string name = node.attributes.getString("activation", "");
  const auto parameter = [&](std::size_t i, double otherwise) { return i < parameters.size() ? static_cast<double>(parameters[i]) : otherwise; };
  const auto apply = [&](auto f) {
    const Tensor before = values;
    return dispatchFloat(values.dtype(), [&]<class T>() { mapElements<T>(before, values, f); });
  };
  constexpr double all = std::numeric_limits<double>::infinity();
  if (name.empty()) return {};
  if (name == "Relu") return apply([](auto x) { return x < 0 ? decltype(x){0} : x; });
  if (name == "Tanh") return apply([](auto x) { return std::tanh(x); });
  if (name == "Sigmoid") return apply([](auto x) { return 1 / (1 + std::exp(-x)); });
  if (name == "LeakyRelu") return apply([a = parameter(0, 0.01)](auto x) { return x < 0 ? static_cast<decltype(x)>(a) * x : x; });
  if (name == "HardSigmoid")
    return apply([a = parameter(0, 0.2), b = parameter(1, 0.5)](auto x) {
      using T = decltype(x);
      return std::max(T{0}, std::min(T{1}, static_cast<T>(a) * x + static_cast<T>(b)));
    });
  if (name == "Clip")
    return apply([low = parameter(0, -all), high = parameter(1, all)](auto x) {
      using T = decltype(x);
      return std::max(static_cast<T>(low), std::min(static_cast<T>(high), x));
    });
  return unsupported("activation '" + name + "' is not supported");
}

}  // namespace ew::ops
