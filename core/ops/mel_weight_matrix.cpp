// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "core/ops/cast_elements.h"
#include "core/ops/int_operand.h"
#include "core/ops/node_type.h"

namespace ew::ops {
namespace {

Status infer(InferContext& context) {
  EW_ASSIGN(context.outputs[0].dtype, typeAttribute(context.node, "output_datatype", DType::f32));
  const auto mels = context.constantInts(0);
  const auto length = context.constantInts(1);
  std::vector<Dim> dims(2);
  if (length && length->size() == 1 && length->front() >= 0) dims[0] = Dim(length->front() / 2 + 1);
  if (mels && mels->size() == 1 && mels->front() >= 0) dims[1] = Dim(mels->front());
  context.outputs[0].shape = Shape(std::move(dims));
  return {};
}

Result<double> edgeOf(const Tensor& operand, const char* name) {
  EW_ASSIGN(const std::vector<double> values, toDoubles(operand));
  if (values.size() != 1 || !std::isfinite(values[0]) || values[0] < 0) return invalid(std::string(name) + " must be one frequency");
  return values[0];
}

double melOf(double hertz) { return 2595 * std::log10(1 + hertz / 700); }
double hertzOf(double mel) { return 700 * (std::pow(10.0, mel / 2595) - 1); }

/// One triangle: rises from bin `low` to 1 at `center`, falls to 0 at `high`.
void drawTriangle(std::span<double> matrix, std::size_t columns, std::size_t column, std::int64_t low, std::int64_t center, std::int64_t high) {
  const auto at = [&](std::int64_t bin) -> double& { return matrix[static_cast<std::size_t>(bin) * columns + column]; };
  if (low == center) at(center) = 1;
  else
    for (std::int64_t bin = low; bin <= center; ++bin) at(bin) = static_cast<double>(bin - low) / static_cast<double>(center - low);
  for (std::int64_t bin = center; bin < high; ++bin) at(bin) = static_cast<double>(high - bin) / static_cast<double>(high - center);
}

Status compute(ComputeContext& context) {
  EW_ASSIGN(const DType type, typeAttribute(context.node, "output_datatype", DType::f32));
  EW_ASSIGN(const std::int64_t mels, intOf(context.inputs[0], "num_mel_bins"));
  EW_ASSIGN(const std::int64_t length, intOf(context.inputs[1], "dft_length"));
  EW_ASSIGN(const std::int64_t rate, intOf(context.inputs[2], "sample_rate"));
  EW_ASSIGN(const double lower, edgeOf(context.inputs[3], "lower_edge_hertz"));
  EW_ASSIGN(const double upper, edgeOf(context.inputs[4], "upper_edge_hertz"));
  constexpr std::int64_t most = std::int64_t{1} << 24;
  if (mels < 0 || length < 1 || rate < 1 || mels > most || length > most || upper < lower)
    return invalid("num_mel_bins " + std::to_string(mels) + ", dft_length " + std::to_string(length) + " or sample_rate " + std::to_string(rate) + " is out of range");
  const std::int64_t bins = length / 2 + 1;
  EW_ASSIGN(Tensor out, Tensor::create(DType::f64, {bins, mels}));
  const double step = (melOf(upper) - melOf(lower)) / static_cast<double>(mels + 2);
  const auto binOf = [&](std::int64_t i) {
    const double hertz = hertzOf(static_cast<double>(i) * step + melOf(lower));
    return std::floor(static_cast<double>(length + 1) * hertz / static_cast<double>(rate));
  };
  if (binOf(mels + 1) > static_cast<double>(bins)) return invalid("upper_edge_hertz lies beyond half the sample rate");
  for (std::int64_t i = 0; i < mels; ++i) {
    if (binOf(i + 1) >= static_cast<double>(bins)) return invalid("upper_edge_hertz lies beyond half the sample rate");
    drawTriangle(out.mutableData<double>(), static_cast<std::size_t>(mels), static_cast<std::size_t>(i), static_cast<std::int64_t>(binOf(i)),
                 static_cast<std::int64_t>(binOf(i + 1)), static_cast<std::int64_t>(binOf(i + 2)));
  }
  EW_ASSIGN(context.outputs[0], castElements(out, type));
  return {};
}

}  // namespace

OpDef melWeightMatrixOp() {
  return {.name = "MelWeightMatrix", .sinceVersion = 17, .infer = infer, .compute = compute, .requiredInputs = 5};
}

}  // namespace ew::ops
