// SPDX-License-Identifier: Apache-2.0
// LSTM and GRU in their usual form: default activations, constant weights, every sequence as long as the tensor.
#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "accel/cpu/kernels/kernels.h"
#include "accel/cpu/loops/reduce_loops.h"
#include "accel/cpu/parallel.h"

namespace ew::cpu {
namespace {

/// One direction: weights turned so that all gates of one input element lie together.
struct Weights {
  std::vector<float> w, r;    ///< [input or hidden][gate][hidden]
  std::vector<float> wb, rb;  ///< [gate][hidden]
};

struct Layer {
  std::int64_t steps = 0, batch = 0, input = 0, hidden = 0, gates = 0;
  bool reverse = false;             ///< of the first direction; a second one runs backwards
  bool resetAfter = false;          ///< GRU: linear_before_reset
  std::vector<Weights> directions;
  SlotId x = kNoSlot, h0 = kNoSlot, c0 = kNoSlot, y = kNoSlot, yh = kNoSlot, yc = kNoSlot;
};

/// [rows, columns] from `at` on as [columns][rows].
std::vector<float> turned(const Tensor& tensor, std::int64_t at, std::int64_t rows, std::int64_t columns) {
  std::vector<float> out(static_cast<std::size_t>(rows * columns));
  const float* from = tensor.data<float>().data() + at;
  for (std::int64_t i = 0; i < rows; ++i)
    for (std::int64_t k = 0; k < columns; ++k) out[static_cast<std::size_t>(k * rows + i)] = from[i * columns + k];
  return out;
}

bool isUsual(const Builder& builder, const Node& node) {
  for (const char* name : {"activations", "activation_alpha", "activation_beta", "clip", "input_forget", "layout"})
    if (node.attributes.has(name)) return false;
  if (node.input(4) != kNone || node.input(7) != kNone) return false;  // lengths, peepholes
  for (const std::size_t index : {std::size_t{0}, std::size_t{5}, std::size_t{6}}) {
    const ValueId id = node.input(index);
    if (id != kNone && (!builder.isStatic(id) || builder.dtype(id) != DType::f32)) return false;
  }
  return std::all_of(node.outputs.begin(), node.outputs.end(), [&](ValueId id) { return id == kNone || builder.isStatic(id); });
}

/// Whether states and outputs have the extents that the loops go through; what differs is left to the reference's errors.
bool fitsStates(const Builder& builder, const Node& node, const Layer& layer, std::int64_t directions) {
  const std::string direction = node.attributes.getString("direction", "forward");
  if (directions != (direction == "bidirectional" ? 2 : 1) || (directions == 1 && direction != "forward" && direction != "reverse")) return false;
  const Dims state{directions, layer.batch, layer.hidden}, y{layer.steps, directions, layer.batch, layer.hidden};
  const auto has = [&](ValueId id, const Dims& dims) { return id == kNone || builder.dims(id) == dims; };
  return has(node.input(5), state) && has(node.input(6), state) && has(node.output(0), y) && has(node.output(1), state) && has(node.output(2), state);
}

std::optional<Layer> layerOf(const Builder& builder, const Node& node, std::int64_t gates) {
  const Tensor *w = builder.constant(node.input(1)), *r = builder.constant(node.input(2)), *b = builder.constant(node.input(3));
  if (!isUsual(builder, node) || w == nullptr || r == nullptr || (node.input(3) != kNone && b == nullptr)) return std::nullopt;
  const Dims x = builder.dims(node.input(0));
  if (x.size() != 3 || w->rank() != 3 || r->rank() != 3 || w->dtype() != DType::f32 || r->dtype() != DType::f32) return std::nullopt;
  Layer layer{x[0], x[1], x[2], r->dim(2), gates, node.attributes.getString("direction", "forward") == "reverse",
              node.attributes.getInt("linear_before_reset", 0) != 0, {}};
  const std::int64_t count = w->dim(0), rows = gates * layer.hidden;
  if (w->dims() != Dims{count, rows, layer.input} || r->dims() != Dims{count, rows, layer.hidden}) return std::nullopt;
  if (b != nullptr && (b->dtype() != DType::f32 || b->dims() != Dims{count, 2 * rows})) return std::nullopt;
  if (!fitsStates(builder, node, layer, count)) return std::nullopt;
  for (std::int64_t d = 0; d < count; ++d) {
    Weights weights{turned(*w, d * rows * layer.input, rows, layer.input), turned(*r, d * rows * layer.hidden, rows, layer.hidden), {}, {}};
    weights.wb.resize(static_cast<std::size_t>(rows), 0);
    weights.rb.resize(static_cast<std::size_t>(rows), 0);
    if (b != nullptr) {
      const float* from = b->data<float>().data() + 2 * d * rows;
      std::copy(from, from + rows, weights.wb.begin());
      std::copy(from + rows, from + 2 * rows, weights.rb.begin());
    }
    layer.directions.push_back(std::move(weights));
  }
  return layer;
}

/// to[0 .. n) grows by x times the columns from `first` on of a matrix with rows of `width`.
void project(const float* x, std::int64_t count, const std::vector<float>& w, std::int64_t width, std::int64_t first, std::int64_t n, float* to) {
  for (std::int64_t i = 0; i < count; ++i) addScaled(false, x[i], w.data() + i * width + first, to, n);
}

float sigmoid(float x) { return 1 / (1 + std::exp(-x)); }

/// Gates: input, output, forget, cell. `g` has room for all.
void stepLstm(const Layer& layer, const Weights& weights, const float* x, float* h, float* c, std::vector<float>& g) {
  const std::int64_t n = layer.hidden, width = 4 * n;
  for (std::size_t i = 0; i < g.size(); ++i) g[i] = weights.wb[i] + weights.rb[i];
  project(x, layer.input, weights.w, width, 0, width, g.data());
  project(h, n, weights.r, width, 0, width, g.data());
  const float *in = g.data(), *out = in + n, *forget = out + n, *candidate = forget + n;
  for (std::int64_t i = 0; i < n; ++i) {
    c[i] = sigmoid(forget[i]) * c[i] + sigmoid(in[i]) * std::tanh(candidate[i]);
    h[i] = sigmoid(out[i]) * std::tanh(c[i]);
  }
}

/// Gates: update, reset, hidden. `g` has room for all, and for one more.
void stepGru(const Layer& layer, const Weights& weights, const float* x, float* h, float*, std::vector<float>& g) {
  const std::int64_t n = layer.hidden, width = 3 * n;
  float *update = g.data(), *reset = update + n, *candidate = reset + n, *recurrent = candidate + n;
  std::copy(weights.wb.begin(), weights.wb.end(), g.begin());
  project(x, layer.input, weights.w, width, 0, width, g.data());
  for (std::int64_t i = 0; i < 2 * n; ++i) g[static_cast<std::size_t>(i)] += weights.rb[static_cast<std::size_t>(i)];
  project(h, n, weights.r, width, 0, 2 * n, update);
  std::copy(weights.rb.end() - n, weights.rb.end(), recurrent);
  for (std::int64_t i = 0; i < n; ++i) reset[i] = sigmoid(reset[i]);
  if (layer.resetAfter) {
    project(h, n, weights.r, width, 2 * n, n, recurrent);
    for (std::int64_t i = 0; i < n; ++i) candidate[i] += reset[i] * recurrent[i];
  } else {
    for (std::int64_t i = 0; i < n; ++i) reset[i] *= h[i];
    project(reset, n, weights.r, width, 2 * n, n, recurrent);
    for (std::int64_t i = 0; i < n; ++i) candidate[i] += recurrent[i];
  }
  for (std::int64_t i = 0; i < n; ++i) {
    const float z = sigmoid(update[i]);
    h[i] = (1 - z) * std::tanh(candidate[i]) + z * h[i];
  }
}

using StepFunction = void (*)(const Layer&, const Weights&, const float* x, float* h, float* c, std::vector<float>& g);

/// One sequence in one direction, from first to last step or back.
void runSequence(const Layer& layer, StepFunction step, Storage& storage, std::int64_t direction, std::int64_t b) {
  const auto n = static_cast<std::size_t>(layer.hidden);
  const std::int64_t state = (direction * layer.batch + b) * layer.hidden, count = std::ssize(layer.directions);
  std::vector<float> h(n, 0), c(n, 0), g((static_cast<std::size_t>(layer.gates) + (layer.gates == 3 ? 1 : 0)) * n);
  if (layer.h0 != kNoSlot) std::copy_n(storage.as<const float>(layer.h0) + state, n, h.begin());
  if (layer.c0 != kNoSlot) std::copy_n(storage.as<const float>(layer.c0) + state, n, c.begin());
  const bool backwards = layer.reverse || direction == 1;
  for (std::int64_t k = 0; k < layer.steps; ++k) {
    const std::int64_t t = backwards ? layer.steps - 1 - k : k;
    step(layer, layer.directions[static_cast<std::size_t>(direction)], storage.as<const float>(layer.x) + (t * layer.batch + b) * layer.input, h.data(), c.data(), g);
    if (layer.y != kNoSlot) std::copy_n(h.begin(), n, storage.as<float>(layer.y) + ((t * count + direction) * layer.batch + b) * layer.hidden);
  }
  if (layer.yh != kNoSlot) std::copy_n(h.begin(), n, storage.as<float>(layer.yh) + state);
  if (layer.yc != kNoSlot) std::copy_n(c.begin(), n, storage.as<float>(layer.yc) + state);
}

Result<bool> addRecurrent(Builder& builder, const Node& node, std::int64_t gates, StepFunction step) {
  std::optional<Layer> described = layerOf(builder, node, gates);
  if (!described) return false;
  Layer& layer = *described;
  const std::size_t states = gates == 4 ? 2 : 1;
  std::vector<SlotId> reads, writes;
  const auto read = [&](std::size_t index, SlotId& slot) {
    if (node.input(index) != kNone) reads.push_back(slot = builder.readPlain(node.input(index)));
  };
  const auto write = [&](std::size_t index, SlotId& slot) {
    if (node.output(index) != kNone) writes.push_back(slot = builder.writePlain(node.output(index)));
  };
  read(0, layer.x);
  read(5, layer.h0);
  if (states == 2) read(6, layer.c0);
  write(0, layer.y);
  write(1, layer.yh);
  if (states == 2) write(2, layer.yc);
  const auto body = [step, layer](Storage& storage) {
    parallelFor(std::ssize(layer.directions) * layer.batch, 1, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) runSequence(layer, step, storage, i / layer.batch, i % layer.batch);
    });
  };
  builder.add(std::make_unique<LoopKernel>("recurrent", body), std::move(reads), std::move(writes));
  return true;
}

}  // namespace

Result<bool> addLstm(Builder& builder, const Group& group) { return addRecurrent(builder, *group.anchor, 4, stepLstm); }
Result<bool> addGru(Builder& builder, const Group& group) { return addRecurrent(builder, *group.anchor, 3, stepGru); }

}  // namespace ew::cpu
