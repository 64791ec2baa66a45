// SPDX-License-Identifier: Apache-2.0
#include "core/ops/fourier.h"
#include "core/ops/inference.h"
#include "core/ops/int_operand.h"

namespace ew::ops {
namespace {

Status infer(InferContext& context) {
  context.outputs[0].dtype = context.inputs[0].dtype;
  const auto& signal = context.inputs[0].shape;
  const auto step = context.constantInts(1);
  Dim length;
  if (context.has(3)) {
    const auto given = context.constantInts(3);
    if (given && given->size() == 1 && given->front() > 0) length = Dim(given->front());
  } else if (context.has(2) && context.inputs[2].shape && context.inputs[2].shape->rank() == 1) {
    length = (*context.inputs[2].shape)[0];
  }
  std::vector<Dim> dims{Dim(), Dim(), Dim(), Dim(2)};
  if (signal && signal->rank() > 0) dims[0] = (*signal)[0];
  if (length.known()) {
    dims[2] = context.node.attributes.getInt("onesided", 1) != 0 ? Dim(length.extent / 2 + 1) : length;
    if (signal && signal->rank() > 1 && (*signal)[1].known() && step && step->size() == 1 && step->front() > 0 && (*signal)[1].extent >= length.extent)
      dims[1] = Dim(((*signal)[1].extent - length.extent) / step->front() + 1);
  }
  context.outputs[0].shape = Shape(std::move(dims));
  return {};
}

/// The weights of a frame: those of operand window, or all one.
Result<std::vector<double>> windowOf(const ComputeContext& context) {
  std::vector<double> window;
  if (context.has(2)) {
    if (context.inputs[2].rank() != 1) return invalid("window must be a vector, not of shape " + dimsText(context.inputs[2].dims()));
    EW_ASSIGN(window, toDoubles(context.inputs[2]));
  }
  if (context.has(3)) {
    EW_ASSIGN(const std::int64_t length, intOf(context.inputs[3], "frame_length"));
    if (length < 1 || length > (std::int64_t{1} << 20)) return invalid("frame_length is " + std::to_string(length));
    if (!context.has(2)) window.assign(static_cast<std::size_t>(length), 1.0);
    if (static_cast<std::int64_t>(window.size()) != length)
      return invalid("frame_length " + std::to_string(length) + " is not that of the window, " + std::to_string(window.size()));
  }
  if (window.empty()) return invalid("neither window nor frame_length is given");
  return window;
}

Status compute(ComputeContext& context) {
  const Tensor& signal = context.inputs[0];
  if (signal.rank() != 3) return invalid("signal must have three axes, not the shape " + dimsText(signal.dims()));
  EW_ASSIGN(const std::int64_t step, intOf(context.inputs[1], "frame_step"));
  EW_ASSIGN(const std::vector<double> window, windowOf(context));
  const auto length = static_cast<std::int64_t>(window.size());
  const std::int64_t samples = signal.dim(1);
  if (step < 1 || length > samples)
    return invalid("frames of " + std::to_string(length) + " every " + std::to_string(step) + " in a signal of " + std::to_string(samples));
  EW_ASSIGN(const Fourier fourier, Fourier::create(length, false));
  EW_ASSIGN(const std::vector<Fourier::Complex> values, toComplex(signal));
  const std::int64_t frames = (samples - length) / step + 1;
  const std::int64_t bins = context.node.attributes.getInt("onesided", 1) != 0 ? length / 2 + 1 : length;
  EW_TRY(checkFourierWork(signal.dim(0) * frames, length, bins));
  std::vector<Fourier::Complex> line(window.size()), coefficients, out;
  for (std::int64_t batch = 0; batch < signal.dim(0); ++batch)
    for (std::int64_t frame = 0; frame < frames; ++frame) {
      const auto first = static_cast<std::size_t>(batch * samples + frame * step);
      for (std::size_t i = 0; i < window.size(); ++i) line[i] = values[first + i] * window[i];
      fourier.transform(line, static_cast<std::size_t>(bins), coefficients);
      out.insert(out.end(), coefficients.begin(), coefficients.end());
    }
  EW_ASSIGN(context.outputs[0], fromComplex(out, signal.dtype(), {signal.dim(0), frames, bins, 2}));
  return {};
}

}  // namespace

OpDef stftOp() { return {.name = "STFT", .sinceVersion = 17, .infer = infer, .compute = compute, .requiredInputs = 2}; }

}  // namespace ew::ops
