// SPDX-License-Identifier: Apache-2.0
#include "core/ops/random.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cmath>
#include <numbers>
#include <string_view>

#include "core/ops/node_type.h"

namespace ew::ops {

std::uint64_t Random::bits() {
  state_ += 0x9E3779B97F4A7C15U;
  std::uint64_t x = state_;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9U;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBU;
  return x ^ (x >> 31);
}

double Random::uniform() { return static_cast<double>(bits() >> 11) * 0x1p-53; }

double Random::normal() {
  // Box and Muller; 1 - u is never 0.
  const double radius = std::sqrt(-2 * std::log(1 - uniform()));
  return radius * std::cos(2 * std::numbers::pi * uniform());
}

namespace {
std::atomic<std::uint64_t> seedOfProcess{0};
}  // namespace

void setRandomSeed(std::uint64_t seed) { seedOfProcess = seed; }

Random randomOf(const Node& node) {
  if (node.attributes.has("seed")) return Random(std::bit_cast<std::uint32_t>(node.attributes.getFloat("seed", 0)));
  std::uint64_t hash = 0xCBF29CE484222325U;
  const auto mix = [&](std::uint64_t byte) { hash = (hash ^ byte) * 0x100000001B3U; };
  for (const char c : node.name) mix(static_cast<unsigned char>(c));
  mix(static_cast<std::uint64_t>(node.output(0)));
  return Random(hash + Random(seedOfProcess).bits());
}

bool drawsRandomNumbers(const Node& node) {
  constexpr std::array<std::string_view, 6> names{"Bernoulli", "Multinomial", "RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike"};
  return (node.domain.empty() || node.domain == "ai.onnx") && std::ranges::find(names, node.opType) != names.end();
}

Status inferRandomLike(InferContext& context) {
  EW_ASSIGN(context.outputs[0].dtype, typeAttribute(context.node, "dtype", context.inputs[0].dtype));
  context.outputs[0].shape = context.inputs[0].shape;
  return {};
}

Status inferRandomShape(InferContext& context) {
  EW_ASSIGN(context.outputs[0].dtype, typeAttribute(context.node, "dtype", DType::f32));
  EW_ASSIGN(const Dims dims, shapeAttribute(context.node));
  context.outputs[0].shape = Shape(dims);
  return {};
}

Result<Dims> shapeAttribute(const Node& node) {
  if (!node.attributes.has("shape")) return invalid("attribute shape is missing");
  const Dims dims = node.attributes.getInts("shape");
  for (const std::int64_t extent : dims)
    if (extent < 0) return invalid("attribute shape is " + dimsText(dims));
  return dims;
}

}  // namespace ew::ops
