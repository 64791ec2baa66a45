// SPDX-License-Identifier: Apache-2.0
#include "core/ops/attributes.h"
#include "core/ops/fourier.h"
#include "core/ops/inference.h"
#include "core/ops/int_operand.h"

namespace ew::ops {
namespace {

/// The axis: an operand since opset 20, an attribute before. The last one, of parts, is no choice.
Result<std::size_t> dftAxis(const Node& node, std::int64_t opset, const Tensor* operand, std::size_t rank) {
  std::int64_t axis = opset >= 20 ? -2 : node.attributes.getInt("axis", 1);
  if (operand != nullptr) {
    EW_ASSIGN(axis, intOf(*operand, "axis"));
  }
  EW_ASSIGN(const std::size_t normal, normalizedAxis(axis, rank));
  if (normal + 1 == rank) return invalid("axis " + std::to_string(axis) + " holds real and imaginary parts");
  return normal;
}

struct Options {
  bool inverse, onesided;
};

Result<Options> optionsOf(const Node& node) {
  const Options out{node.attributes.getInt("inverse", 0) != 0, node.attributes.getInt("onesided", 0) != 0};
  if (out.inverse && out.onesided) return unsupported("a onesided inverse transform");
  return out;
}

Status infer(InferContext& context) {
  context.outputs[0].dtype = context.inputs[0].dtype;
  EW_ASSIGN(const Options options, optionsOf(context.node));
  EW_ASSIGN(const std::optional<Shape> shape, rankedShape(context, 0, 2));
  if (!shape || (context.has(2) && context.inputs[2].constant == nullptr)) return {};
  EW_ASSIGN(const std::size_t axis, dftAxis(context.node, context.opset, context.has(2) ? context.inputs[2].constant : nullptr, shape->rank()));
  Shape out = *shape;
  out[out.rank() - 1] = Dim(2);
  if (context.has(1)) {
    const auto length = context.knownElements(1);
    out[axis] = length && length->size() == 1 ? (*length)[0] : Dim();
  }
  if (options.onesided) out[axis] = out[axis].known() ? Dim(out[axis].extent / 2 + 1) : Dim();
  context.outputs[0].shape = std::move(out);
  return {};
}

Status compute(ComputeContext& context) {
  const Tensor& input = context.inputs[0];
  EW_ASSIGN(const Options options, optionsOf(context.node));
  EW_ASSIGN(const std::size_t axis, dftAxis(context.node, context.opset, context.has(2) ? &context.inputs[2] : nullptr, input.rank()));
  std::int64_t length = input.dim(axis);
  if (context.has(1)) {
    EW_ASSIGN(length, intOf(context.inputs[1], "dft_length"));
  }
  EW_ASSIGN(const Fourier fourier, Fourier::create(length, options.inverse));
  EW_ASSIGN(const std::vector<Fourier::Complex> values, toComplex(input));
  const std::int64_t bins = options.onesided ? length / 2 + 1 : length;
  Dims dims = input.dims();
  dims[axis] = bins;
  dims.back() = 2;
  const std::int64_t extent = input.dim(axis);
  const std::int64_t lines = extent == 0 ? 0 : static_cast<std::int64_t>(values.size()) / extent;
  if (extent == 0) return invalid("axis " + std::to_string(axis) + " has no elements");
  EW_TRY(checkFourierWork(lines, std::min(length, extent), bins));
  EW_TRY(Tensor::create(input.dtype(), dims));
  const std::int64_t inner = stridesOf(dims)[axis] / 2;
  std::vector<Fourier::Complex> line(static_cast<std::size_t>(extent)), coefficients, out(static_cast<std::size_t>(lines * bins));
  for (std::int64_t i = 0; i < lines; ++i) {
    const std::int64_t block = i / inner, at = i % inner;
    for (std::int64_t t = 0; t < extent; ++t) line[static_cast<std::size_t>(t)] = values[static_cast<std::size_t>((block * extent + t) * inner + at)];
    fourier.transform(line, static_cast<std::size_t>(bins), coefficients);
    for (std::int64_t k = 0; k < bins; ++k) out[static_cast<std::size_t>((block * bins + k) * inner + at)] = coefficients[static_cast<std::size_t>(k)];
  }
  EW_ASSIGN(context.outputs[0], fromComplex(out, input.dtype(), std::move(dims)));
  return {};
}

}  // namespace

OpDef dftOp() { return {.name = "DFT", .sinceVersion = 17, .infer = infer, .compute = compute}; }

}  // namespace ew::ops
