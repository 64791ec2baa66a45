// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <limits>

#include "core/ops/attention_operands.h"
#include "core/ops/cast_elements.h"
#include "core/ops/cost.h"

namespace ew::ops {
namespace {

constexpr double blocked = -std::numeric_limits<double>::infinity();

struct Options {
  double scale = 1, softcap = 0;
  bool causal = false;
  std::int64_t left = -1, right = -1;  ///< window around the query's position; -1: no bound
  std::int64_t captured = 0;           ///< attribute qk_matmul_output_mode
};

Options optionsOf(const Node& node, std::int64_t headSize) {
  Options out;
  const float scale = node.attributes.getFloat("scale", 0);
  out.scale = scale != 0 ? static_cast<double>(scale) : 1 / std::sqrt(static_cast<double>(std::max<std::int64_t>(headSize, 1)));
  out.softcap = static_cast<double>(node.attributes.getFloat("softcap", 0));
  out.causal = node.attributes.getInt("is_causal", 0) != 0;
  out.left = node.attributes.getInt("left_window_size", -1);
  out.right = node.attributes.getInt("right_window_size", -1);
  out.captured = node.attributes.getInt("qk_matmul_output_mode", 0);
  return out;
}

/// What is added to the score of query i and key j: 0, a mask value, or minus infinity.
double biasOf(const AttentionOperands& operands, const Options& options, std::int64_t batch, std::int64_t head, std::int64_t i, std::int64_t j) {
  const std::int64_t position = i + operands.offset(batch);
  if (options.causal && j > position) return blocked;
  if (options.left >= 0 && j < position - options.left) return blocked;
  if (options.right >= 0 && j > position + options.right) return blocked;
  if (!operands.lengths.empty() && j >= operands.lengths[static_cast<std::size_t>(batch)]) return blocked;
  return operands.mask.at(batch, head, i, j);
}

/// Softmax in place; all zeros when every bias blocks.
void softmax(std::vector<double>& row, bool allBlocked) {
  const double most = allBlocked ? 0 : *std::max_element(row.begin(), row.end());
  double sum = 0;
  for (double& value : row) {
    value = allBlocked || value == blocked ? 0 : std::exp(value - most);
    sum += value;
  }
  if (sum == 0) return;
  for (double& value : row) value /= sum;
}

/// One query against all keys: fills `row` with probabilities, and `captured` with what the fourth output shows.
void attend(const AttentionOperands& operands, const Options& options, std::int64_t batch, std::int64_t head, std::int64_t i,
            std::vector<double>& row, double* captured) {
  const std::int64_t keyHead = head / (operands.q.heads / operands.k.heads);
  const double* query = operands.q.row(batch, head, i);
  bool allBlocked = true;
  for (std::size_t j = 0; j < row.size(); ++j) {
    const double* key = operands.k.row(batch, keyHead, static_cast<std::int64_t>(j));
    double score = 0;
    for (std::int64_t d = 0; d < operands.q.size; ++d) score += query[d] * key[d];
    score *= options.scale;
    if (options.softcap > 0) score = options.softcap * std::tanh(score / options.softcap);
    const double bias = biasOf(operands, options, batch, head, i, static_cast<std::int64_t>(j));
    if (captured != nullptr) captured[j] = options.captured == 2 ? score + bias : score;
    allBlocked = allBlocked && bias == blocked;
    row[j] = bias == blocked ? blocked : score + bias;
  }
  softmax(row, allBlocked);
  if (captured != nullptr && options.captured == 3) std::copy(row.begin(), row.end(), captured);
}

void run(const AttentionOperands& operands, const Options& options, AttentionHeads& y, std::vector<double>* captured) {
  std::vector<double> row(static_cast<std::size_t>(operands.k.length));
  double* capture = captured != nullptr ? captured->data() : nullptr;
  for (std::int64_t b = 0; b < y.batch; ++b)
    for (std::int64_t h = 0; h < y.heads; ++h)
      for (std::int64_t i = 0; i < y.length; ++i) {
        attend(operands, options, b, h, i, row, capture);
        if (capture != nullptr) capture += row.size();
        double* out = y.row(b, h, i);
        for (std::size_t j = 0; j < row.size(); ++j) {
          const double* value = operands.v.row(b, h / (y.heads / operands.v.heads), static_cast<std::int64_t>(j));
          for (std::int64_t d = 0; d < y.size && row[j] != 0; ++d) out[d] += row[j] * value[d];
        }
      }
}

Status compute(ComputeContext& context) {
  EW_ASSIGN(const AttentionOperands operands, readAttention(context));
  const DType type = context.inputs[0].dtype();
  const AttentionHeads &q = operands.q, &k = operands.k, &v = operands.v;
  if (work({q.batch, q.heads, q.length, k.length, q.size + v.size}) > (std::int64_t{1} << 38))
    return limitReached("attention takes over 2^38 multiplications");
  AttentionHeads y{q.batch, q.heads, q.length, v.size, {}};
  const Dims scores{q.batch, q.heads, q.length, k.length};
  EW_TRY(Tensor::create(DType::f64, {y.batch, y.heads, y.length, y.size}));
  y.values.assign(static_cast<std::size_t>(y.batch * y.heads * y.length * y.size), 0);
  std::vector<double> captured;
  if (context.wants(3)) {
    EW_TRY(Tensor::create(DType::f64, scores));
    captured.resize(static_cast<std::size_t>(elementCount(scores)));
  }
  run(operands, optionsOf(context.node, q.size), y, context.wants(3) ? &captured : nullptr);
  EW_ASSIGN(context.outputs[0], packHeads(y, type, context.inputs[0].rank() == 3));
  if (context.wants(1)) {
    EW_ASSIGN(context.outputs[1], packHeads(k, context.inputs[1].dtype(), false));
  }
  if (context.wants(2)) {
    EW_ASSIGN(context.outputs[2], packHeads(v, context.inputs[2].dtype(), false));
  }
  if (context.wants(3)) {
    EW_ASSIGN(context.outputs[3], packHeads({q.batch, q.heads, q.length, k.length, std::move(captured)}, type, false));
  }
  return {};
}

Cost cost(const Node& node, std::span<const Dims> inputs, std::span<const Dims> outputs) {
  if (inputs[0].size() < 3 || inputs[1].size() != inputs[0].size()) return {};
  const bool packed = inputs[0].size() == 3;
  const std::int64_t queryRows = packed ? work({inputs[0][0], inputs[0][1]}) : work({inputs[0][0], inputs[0][1], inputs[0][2]});
  const std::int64_t heads = packed ? std::max<std::int64_t>(node.attributes.getInt("q_num_heads", 1), 1) : 1;
  const std::int64_t keys = inputs[1][packed ? 1 : 2];
  const std::int64_t widths = inputs[0].back() + (outputs[0].empty() ? 0 : outputs[0].back());
  return {work({queryRows, keys, widths}), work({queryRows, heads, keys, 3})};
}

}  // namespace

OpDef attentionOp() {
  return {.name = "Attention", .sinceVersion = 23, .infer = inferAttention, .compute = compute, .cost = cost, .requiredInputs = 3};
}

}  // namespace ew::ops
