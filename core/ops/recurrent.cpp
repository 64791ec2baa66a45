// SPDX-License-Identifier: Apache-2.0
#include "core/ops/recurrent.h"

#include <algorithm>

#include "core/ops/cast_elements.h"
#include "core/ops/cost.h"
#include "core/ops/dispatch.h"
#include "core/ops/inference.h"
#include "core/ops/recurrent_activations.h"

namespace ew::ops {
namespace {

Status checkOperand(const ComputeContext& context, std::size_t index, const char* name, const Dims& expected) {
  const Tensor& operand = context.inputs[index];
  if (operand.dtype() != context.inputs[0].dtype()) return invalid(std::string(name) + " differs from X in element type");
  if (operand.dims() == expected) return {};
  return invalid(std::string(name) + " has the shape " + dimsText(operand.dims()) + ", not " + dimsText(expected));
}

/// The operand as doubles; zeros of that shape when it is absent.
Result<std::vector<double>> readOperand(const ComputeContext& context, std::size_t index, const char* name, const Dims& expected) {
  if (!context.has(index)) {
    EW_ASSIGN(const Tensor zeros, Tensor::create(DType::f64, expected));
    return toDoubles(zeros);
  }
  EW_TRY(checkOperand(context, index, name, expected));
  return toDoubles(context.inputs[index]);
}

/// Exchanges the first two axes of `dims`, whose elements are `values`.
std::vector<double> swapped(const std::vector<double>& values, std::int64_t first, std::int64_t second) {
  if (values.empty()) return values;
  const auto a = static_cast<std::size_t>(first), b = static_cast<std::size_t>(second);
  const std::size_t run = values.size() / (a * b);
  std::vector<double> out(values.size());
  for (std::size_t i = 0; i < a; ++i)
    for (std::size_t j = 0; j < b; ++j)
      std::copy_n(values.begin() + static_cast<std::ptrdiff_t>((i * b + j) * run), run, out.begin() + static_cast<std::ptrdiff_t>((j * a + i) * run));
  return out;
}

Status readSizes(const ComputeContext& context, Recurrent& out) {
  const Tensor& x = context.inputs[0];
  const Tensor& r = context.inputs[2];
  EW_TRY(dispatchFloat(x.dtype(), []<class T>() {}));
  if (x.rank() != 3 || r.rank() != 3) return invalid("X of shape " + dimsText(x.dims()) + " and R of shape " + dimsText(r.dims()) + " must have three axes");
  out.batchFirst = context.node.attributes.getInt("layout", 0) != 0;
  out.steps = x.dim(out.batchFirst ? 1 : 0);
  out.batch = x.dim(out.batchFirst ? 0 : 1);
  out.input = x.dim(2);
  out.hidden = r.dim(2);
  if (out.hidden > (std::int64_t{1} << 24) || out.batch > (std::int64_t{1} << 24)) return limitReached("hidden_size or batch is over 2^24");
  const std::string direction = context.node.attributes.getString("direction", "forward");
  if (direction != "forward" && direction != "reverse" && direction != "bidirectional") return invalid("direction is '" + direction + "'");
  out.directions = direction == "bidirectional" ? 2 : 1;
  if (context.node.attributes.getInt("hidden_size", out.hidden) != out.hidden)
    return invalid("hidden_size is " + std::to_string(context.node.attributes.getInt("hidden_size", 0)) + ", R has " + std::to_string(out.hidden));
  return {};
}

Status readLengths(const ComputeContext& context, Recurrent& out) {
  out.lengths.assign(static_cast<std::size_t>(out.batch), out.steps);
  if (!context.has(4)) return {};
  const Tensor& lengths = context.inputs[4];
  if (lengths.dtype() != DType::i32 || lengths.dims() != Dims{out.batch})
    return invalid("sequence_lens must be " + std::to_string(out.batch) + " int32 values, not of shape " + dimsText(lengths.dims()));
  EW_ASSIGN(out.lengths, toInts(lengths));
  for (const std::int64_t length : out.lengths)
    if (length < 0 || length > out.steps) return invalid("sequence_lens has the value " + std::to_string(length) + " for " + std::to_string(out.steps) + " steps");
  return {};
}

Result<Recurrent> readRecurrent(const ComputeContext& context, const RecurrentKind& kind) {
  Recurrent out;
  EW_TRY(readSizes(context, out));
  out.gates = kind.gates;
  const std::int64_t rows = kind.gates * out.hidden;
  EW_TRY(checkOperand(context, 0, "X", context.inputs[0].dims()));
  EW_ASSIGN(out.x, toDoubles(context.inputs[0]));
  EW_ASSIGN(out.w, readOperand(context, 1, "W", {out.directions, rows, out.input}));
  EW_ASSIGN(out.r, readOperand(context, 2, "R", {out.directions, rows, out.hidden}));
  EW_ASSIGN(out.b, readOperand(context, 3, "B", {out.directions, 2 * rows}));
  EW_TRY(readLengths(context, out));
  const Dims state = out.batchFirst ? Dims{out.batch, out.directions, out.hidden} : Dims{out.directions, out.batch, out.hidden};
  EW_ASSIGN(out.h0, readOperand(context, 5, "initial_h", state));
  if (kind.cellInput != 0) {
    EW_ASSIGN(out.c0, readOperand(context, kind.cellInput, "initial_c", state));
  }
  if (kind.peepholeInput != 0 && context.has(kind.peepholeInput)) {
    EW_ASSIGN(out.p, readOperand(context, kind.peepholeInput, "P", {out.directions, 3 * out.hidden}));
  }
  if (out.batchFirst) {
    out.x = swapped(out.x, out.batch, out.steps);
    out.h0 = swapped(out.h0, out.batch, out.directions);
    out.c0 = swapped(out.c0, out.batch, out.directions);
  }
  out.clip = static_cast<double>(context.node.attributes.getFloat("clip", 0));
  EW_ASSIGN(out.activations, cellActivations(context.node, kind.activations, static_cast<std::size_t>(out.directions)));
  return out;
}

template <class T>
std::span<T> block(std::vector<T>& values, std::int64_t index, std::int64_t size) {
  return std::span<T>(values).subspan(static_cast<std::size_t>(index * size), static_cast<std::size_t>(size));
}

CellWeights weightsOf(Recurrent& cell, std::int64_t direction) {
  const std::int64_t rows = cell.gates * cell.hidden;
  const auto bias = block(cell.b, direction, 2 * rows);
  CellWeights out{block(cell.w, direction, rows * cell.input), block(cell.r, direction, rows * cell.hidden),
                  bias.first(static_cast<std::size_t>(rows)), bias.last(static_cast<std::size_t>(rows)), {}, {}};
  if (!cell.p.empty()) out.p = block(cell.p, direction, 3 * cell.hidden);
  const auto each = cell.activations.size() / static_cast<std::size_t>(cell.directions);
  const auto first = cell.activations.begin() + static_cast<std::ptrdiff_t>(each * static_cast<std::size_t>(direction));
  out.activations.assign(first, first + static_cast<std::ptrdiff_t>(each));
  return out;
}

/// All steps of all sequences; h0 and c0 become the last states. Returns Y as steps x directions x batch x hidden.
std::vector<double> runSteps(Recurrent& cell, const std::string& direction, const CellStep& step) {
  std::vector<double> y(static_cast<std::size_t>(cell.steps * cell.directions * cell.batch * cell.hidden), 0);
  std::vector<double> h, c;
  for (std::int64_t d = 0; d < cell.directions; ++d) {
    const CellWeights weights = weightsOf(cell, d);
    const bool backward = d == 1 || direction == "reverse";
    for (std::int64_t b = 0; b < cell.batch; ++b) {
      const auto hidden = block(cell.h0, d * cell.batch + b, cell.hidden);
      h.assign(hidden.begin(), hidden.end());
      c.assign(h.size(), 0);
      if (!cell.c0.empty()) std::ranges::copy(block(cell.c0, d * cell.batch + b, cell.hidden), c.begin());
      const std::int64_t length = cell.lengths[static_cast<std::size_t>(b)];
      for (std::int64_t s = 0; s < length; ++s) {
        const std::int64_t t = backward ? length - 1 - s : s;
        step(cell, weights, block(cell.x, t * cell.batch + b, cell.input), h, c);
        std::ranges::copy(h, block(y, (t * cell.directions + d) * cell.batch + b, cell.hidden).begin());
      }
      std::ranges::copy(h, hidden.begin());
      if (!cell.c0.empty()) std::ranges::copy(c, block(cell.c0, d * cell.batch + b, cell.hidden).begin());
    }
  }
  return y;
}

Result<Tensor> toTensor(const std::vector<double>& values, DType type, Dims dims) {
  EW_ASSIGN(Tensor wide, Tensor::create(DType::f64, std::move(dims)));
  std::ranges::copy(values, wide.mutableData<double>().begin());
  return castElements(wide, type);
}

/// steps x directions x batch x hidden as batch x steps x directions x hidden.
std::vector<double> batchFirstOutput(const Recurrent& cell, const std::vector<double>& y) {
  return swapped(y, cell.steps * cell.directions, cell.batch);
}

}  // namespace

double Recurrent::clipped(double value) const { return clip > 0 ? std::clamp(value, -clip, clip) : value; }

double Recurrent::product(std::span<const double> matrix, std::size_t row, std::span<const double> vector) {
  const double* from = matrix.data() + row * vector.size();
  double sum = 0;
  for (std::size_t i = 0; i < vector.size(); ++i) sum += from[i] * vector[i];
  return sum;
}

Status inferRecurrent(InferContext& context) {
  for (auto& output : context.outputs) output.dtype = context.inputs[0].dtype;
  EW_ASSIGN(const std::optional<Shape> x, rankedShape(context, 0, 3, 3));
  EW_ASSIGN(const std::optional<Shape> r, rankedShape(context, 2, 3, 3));
  const bool batchFirst = context.node.attributes.getInt("layout", 0) != 0;
  const Dim directions(context.node.attributes.getString("direction", "forward") == "bidirectional" ? 2 : 1);
  const std::int64_t size = context.node.attributes.getInt("hidden_size", -1);
  const Dim hidden = r ? (*r)[2] : size > 0 ? Dim(size) : Dim();
  const Dim steps = x ? (*x)[batchFirst ? 1 : 0] : Dim();
  const Dim batch = x ? (*x)[batchFirst ? 0 : 1] : Dim();
  using List = std::vector<Dim>;
  context.outputs[0].shape = Shape(batchFirst ? List{batch, steps, directions, hidden} : List{steps, directions, batch, hidden});
  for (std::size_t i = 1; i < context.outputs.size(); ++i)
    context.outputs[i].shape = Shape(batchFirst ? List{batch, directions, hidden} : List{directions, batch, hidden});
  return {};
}

Status computeRecurrent(ComputeContext& context, const RecurrentKind& kind, const CellStep& step) {
  EW_ASSIGN(Recurrent cell, readRecurrent(context, kind));
  const DType type = context.inputs[0].dtype();
  Dims all = cell.batchFirst ? Dims{cell.batch, cell.steps, cell.directions, cell.hidden} : Dims{cell.steps, cell.directions, cell.batch, cell.hidden};
  const Dims state = cell.batchFirst ? Dims{cell.batch, cell.directions, cell.hidden} : Dims{cell.directions, cell.batch, cell.hidden};
  EW_TRY(Tensor::create(DType::f64, all));
  std::vector<double> y = runSteps(cell, context.node.attributes.getString("direction", "forward"), step);
  if (cell.batchFirst) {
    y = batchFirstOutput(cell, y);
    cell.h0 = swapped(cell.h0, cell.directions, cell.batch);
    cell.c0 = swapped(cell.c0, cell.directions, cell.batch);
  }
  if (context.wants(0)) {
    EW_ASSIGN(context.outputs[0], toTensor(y, type, std::move(all)));
  }
  if (context.wants(1)) {
    EW_ASSIGN(context.outputs[1], toTensor(cell.h0, type, state));
  }
  if (context.wants(2) && kind.cellInput != 0) {
    EW_ASSIGN(context.outputs[2], toTensor(cell.c0, type, state));
  }
  return {};
}

Cost costOfRecurrent(const Node&, std::span<const Dims> inputs, std::span<const Dims>) {
  if (inputs[0].size() != 3) return {};
  const std::int64_t sequences = work({inputs[0][0], inputs[0][1]});
  return {work({sequences, elementsFrom(inputs[1], 0) + elementsFrom(inputs[2], 0)}), 0};
}

}  // namespace ew::ops
