// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "core/ops/cost.h"
#include "core/ops/inference.h"
#include "core/ops/node_type.h"
#include "core/ops/random.h"

namespace ew::ops {
namespace {

Result<std::int64_t> samplesOf(const Node& node) {
  const std::int64_t count = node.attributes.getInt("sample_size", 1);
  if (count < 1) return invalid("sample_size is " + std::to_string(count));
  return count;
}

Result<DType> typeOf(const Node& node) {
  EW_ASSIGN(const DType type, typeAttribute(node, "dtype", DType::i32));
  if (type != DType::i32 && type != DType::i64) return invalid("dtype is neither int32 nor int64");
  return type;
}

Status infer(InferContext& context) {
  EW_ASSIGN(context.outputs[0].dtype, typeOf(context.node));
  EW_ASSIGN(const std::int64_t samples, samplesOf(context.node));
  EW_ASSIGN(const auto input, rankedShape(context, 0, 2, 2));
  context.outputs[0].shape = Shape({input ? (*input)[0] : Dim(), Dim(samples)});
  return {};
}

/// Sums of the probabilities up to each class, from logarithms that need not be normalized.
void cumulate(std::span<const double> logs, std::vector<double>& sums) {
  const double most = *std::max_element(logs.begin(), logs.end());
  double sum = 0;
  for (std::size_t i = 0; i < logs.size(); ++i) sums[i] = sum += std::exp(logs[i] - most);
}

Status compute(ComputeContext& context) {
  const Tensor& input = context.inputs[0];
  EW_ASSIGN(const DType type, typeOf(context.node));
  EW_ASSIGN(const std::int64_t samples, samplesOf(context.node));
  if (input.rank() != 2 || input.dim(1) < 1) return invalid("input has the shape " + dimsText(input.dims()) + ", not (batch, classes)");
  EW_ASSIGN(Tensor out, Tensor::create(type, {input.dim(0), samples}));
  EW_ASSIGN(const std::vector<double> logs, toDoubles(input));
  Random random = randomOf(context.node);
  const auto classes = static_cast<std::size_t>(input.dim(1));
  std::vector<double> sums(classes);
  for (std::int64_t at = 0; at < out.size(); ++at) {
    if (at % samples == 0) cumulate(std::span(logs).subspan(static_cast<std::size_t>(at / samples) * classes, classes), sums);
    const double drawn = random.uniform() * sums.back();
    const auto hit = std::min<std::ptrdiff_t>(std::upper_bound(sums.begin(), sums.end(), drawn) - sums.begin(), static_cast<std::ptrdiff_t>(classes) - 1);
    if (type == DType::i32) out.mutableData<std::int32_t>()[static_cast<std::size_t>(at)] = static_cast<std::int32_t>(hit);
    else out.mutableData<std::int64_t>()[static_cast<std::size_t>(at)] = hit;
  }
  context.outputs[0] = std::move(out);
  return {};
}

}  // namespace

OpDef multinomialOp() {
  return {.name = "Multinomial", .sinceVersion = 7, .infer = infer, .compute = compute, .deterministic = false, .mostInputs = 1};
}

}  // namespace ew::ops
