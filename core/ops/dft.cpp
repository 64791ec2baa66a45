// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

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

/// Onesided: of the spectrum of a real signal only the first half (and the middle) is kept. The inverse takes such a
/// half and gives a real signal.
struct Options {
  bool inverse, onesided;
  bool toReal() const { return inverse && onesided; }
};

Options optionsOf(const Node& node) {
  return {node.attributes.getInt("inverse", 0) != 0, node.attributes.getInt("onesided", 0) != 0};
}

/// Length of the transform when no operand says it.
std::int64_t defaultLength(const Options& options, std::int64_t extent) {
  return options.toReal() ? 2 * (extent - 1) : extent;
}

Status infer(InferContext& context) {
  context.outputs[0].dtype = context.inputs[0].dtype;
  const Options options = optionsOf(context.node);
  EW_ASSIGN(const std::optional<Shape> shape, rankedShape(context, 0, 2));
  if (!shape) return {};
  if (context.has(2) && context.inputs[2].constant == nullptr) {
    std::vector<Dim> dims(shape->rank());
    dims.back() = Dim(options.toReal() ? 1 : 2);
    context.outputs[0].shape = Shape(std::move(dims));
    return {};
  }
  EW_ASSIGN(const std::size_t axis, dftAxis(context.node, context.opset, context.has(2) ? context.inputs[2].constant : nullptr, shape->rank()));
  Shape out = *shape;
  out[out.rank() - 1] = Dim(options.toReal() ? 1 : 2);
  if (context.has(1)) {
    const auto length = context.knownElements(1);
    out[axis] = length && length->size() == 1 ? (*length)[0] : Dim();
  } else if (options.toReal()) {
    out[axis] = out[axis].extent > 1 ? Dim(defaultLength(options, out[axis].extent)) : Dim();
  }
  if (options.onesided && !options.inverse) out[axis] = out[axis].known() ? Dim(out[axis].extent / 2 + 1) : Dim();
  context.outputs[0].shape = std::move(out);
  return {};
}

/// The full spectrum of a real signal of `length` from its first half.
void mirror(std::vector<Fourier::Complex>& line, std::size_t length) {
  line.resize(std::min(line.size(), length / 2 + 1));
  const std::size_t half = line.size();
  line.resize(length);
  for (std::size_t k = length / 2 + 1; k < length; ++k)
    if (length - k < half) line[k] = std::conj(line[length - k]);
}

/// The input, seen as lines of `extent` along the axis, and how long they become.
struct Lines {
  std::size_t axis = 0;
  std::int64_t extent = 0, length = 0, bins = 0, count = 0, inner = 1;
};

Result<Lines> linesOf(const ComputeContext& context, const Options& options) {
  const Tensor& input = context.inputs[0];
  Lines out;
  EW_ASSIGN(out.axis, dftAxis(context.node, context.opset, context.has(2) ? &context.inputs[2] : nullptr, input.rank()));
  out.extent = input.dim(out.axis);
  out.length = defaultLength(options, out.extent);
  if (context.has(1)) {
    EW_ASSIGN(out.length, intOf(context.inputs[1], "dft_length"));
  }
  if (out.extent == 0) return invalid("axis " + std::to_string(out.axis) + " has no elements");
  out.bins = options.onesided && !options.inverse ? out.length / 2 + 1 : out.length;
  const std::int64_t parts = input.dim(input.rank() - 1);
  out.count = parts == 0 ? 0 : input.size() / parts / out.extent;
  out.inner = parts == 0 ? 1 : stridesOf(input.dims())[out.axis] / parts;
  EW_TRY(checkFourierWork(out.count, std::max(out.extent, out.length), out.bins));
  return out;
}

Status compute(ComputeContext& context) {
  const Tensor& input = context.inputs[0];
  const Options options = optionsOf(context.node);
  EW_ASSIGN(const Lines lines, linesOf(context, options));
  EW_ASSIGN(const Fourier fourier, Fourier::create(lines.length, options.inverse));
  EW_ASSIGN(const std::vector<Fourier::Complex> values, toComplex(input));
  std::vector<Fourier::Complex> line, coefficients, out(static_cast<std::size_t>(lines.count * lines.bins));
  for (std::int64_t i = 0; i < lines.count; ++i) {
    const std::int64_t block = i / lines.inner, at = i % lines.inner;
    const auto position = [&](std::int64_t extent, std::int64_t t) { return static_cast<std::size_t>((block * extent + t) * lines.inner + at); };
    line.resize(static_cast<std::size_t>(lines.extent));
    for (std::int64_t t = 0; t < lines.extent; ++t) line[static_cast<std::size_t>(t)] = values[position(lines.extent, t)];
    if (options.toReal()) mirror(line, static_cast<std::size_t>(lines.length));
    fourier.transform(line, static_cast<std::size_t>(lines.bins), coefficients);
    for (std::int64_t k = 0; k < lines.bins; ++k) out[position(lines.bins, k)] = coefficients[static_cast<std::size_t>(k)];
  }
  Dims dims = input.dims();
  dims[lines.axis] = lines.bins;
  dims.back() = options.toReal() ? 1 : 2;
  EW_ASSIGN(context.outputs[0], fromComplex(out, input.dtype(), std::move(dims)));
  return {};
}

}  // namespace

OpDef dftOp() { return {.name = "DFT", .sinceVersion = 17, .infer = infer, .compute = compute}; }

}  // namespace ew::ops
