// SPDX-License-Identifier: Apache-2.0
// Attention whose scores and probabilities pass through graphs of the node: score_mod and prob_mod.
#include <algorithm>
#include <cmath>
#include <vector>

#include "core/ops/cast_elements.h"
#include "core/ops/cost.h"
#include "core/ops/inference.h"
#include "core/ops/moments.h"
#include "core/ops/node_type.h"

namespace ew::ops {
namespace {

/// Batch, query heads, key heads, queries, keys, and the sizes of a key and of a value.
struct Extents {
  std::int64_t batch = 0, heads = 0, keyHeads = 0, queries = 0, keys = 0, size = 0, valueSize = 0;

  Dims scores() const { return {batch, heads, queries, keys}; }
  std::int64_t keyHead(std::int64_t head) const { return head / (heads / keyHeads); }
};

Result<Extents> extentsOf(const Dims& q, const Dims& k, const Dims& v) {
  if (q.size() != 4 || k.size() != 4 || v.size() != 4) return invalid("Q, K and V must have four axes");
  const Extents out{q[0], q[1], k[1], q[2], k[2], q[3], v[3]};
  if (k[0] != q[0] || v[0] != q[0] || k[3] != q[3] || v[1] != k[1] || v[2] != k[2] || k[1] < 1 || q[1] % k[1] != 0)
    return invalid("Q, K and V have the shapes " + dimsText(q) + ", " + dimsText(k) + " and " + dimsText(v));
  return out;
}

Result<DType> softmaxType(const Node& node, DType type) {
  EW_ASSIGN(const DType out, typeAttribute(node, "softmax_precision", type == DType::f64 ? DType::f64 : DType::f32));
  if (out != DType::f32 && out != DType::f64 && out != DType::f16 && out != DType::bf16) return invalid("softmax_precision is no floating-point type");
  return out;
}

Status infer(InferContext& context) {
  context.outputs[0].dtype = context.inputs[0].dtype;
  EW_TRY(softmaxType(context.node, context.inputs[0].dtype));
  EW_ASSIGN(const auto q, rankedShape(context, 0, 4, 4));
  EW_ASSIGN(const auto v, rankedShape(context, 2, 4, 4));
  if (q && v) context.outputs[0].shape = Shape({(*q)[0], (*q)[1], (*q)[2], (*v)[3]});
  return {};
}

/// The scores, or the probabilities, as the graph of the attribute changes them; as they are where the node has none.
Result<Tensor> modified(const ComputeContext& context, const std::string& attribute, Tensor scores) {
  if (!context.node.attributes.has(attribute)) return scores;
  if (context.subgraphs == nullptr) return unsupported("the graph " + attribute + " cannot be run here");
  const std::vector<Tensor> inputs{scores};
  EW_ASSIGN(std::vector<Tensor> outputs, context.subgraphs->run(attribute, inputs));
  if (outputs.size() != 1 || outputs[0].dtype() != scores.dtype() || outputs[0].dims() != scores.dims())
    return invalid("the graph " + attribute + " must give one output of its input's type and shape");
  return std::move(outputs[0]);
}

/// Scores of all queries and keys; both are scaled by the root, rounded to the operands' type, as the definition says.
template <class T>
void score(const Extents& e, const Tensor& Q, const Tensor& K, double scale, std::span<double> out) {
  const double root = asDouble(fromDouble<T>(std::sqrt(scale)));
  std::size_t next = 0;
  for (std::int64_t b = 0; b < e.batch; ++b)
    for (std::int64_t h = 0; h < e.heads; ++h)
      for (std::int64_t i = 0; i < e.queries; ++i)
        for (std::int64_t j = 0; j < e.keys; ++j) {
          const T* q = Q.data<T>().data() + ((b * e.heads + h) * e.queries + i) * e.size;
          const T* k = K.data<T>().data() + ((b * e.keyHeads + e.keyHead(h)) * e.keys + j) * e.size;
          double sum = 0;
          for (std::int64_t d = 0; d < e.size; ++d) sum += asDouble(fromDouble<T>(asDouble(q[d]) * root)) * asDouble(fromDouble<T>(asDouble(k[d]) * root));
          out[next++] = asDouble(fromDouble<T>(sum));
        }
}

void softmax(std::span<double> row) {
  if (row.empty()) return;
  const double most = *std::max_element(row.begin(), row.end());
  double sum = 0;
  for (double& value : row) sum += value = std::exp(value - most);
  for (double& value : row) value /= sum;
}

template <class T>
void mix(const Extents& e, const std::vector<double>& probabilities, const Tensor& V, Tensor& Y) {
  std::vector<double> sum(static_cast<std::size_t>(e.valueSize));
  T* to = Y.mutableData<T>().data();
  for (std::int64_t row = 0; row < e.batch * e.heads * e.queries; ++row) {
    const std::int64_t b = row / (e.heads * e.queries), h = row / e.queries % e.heads;
    std::fill(sum.begin(), sum.end(), 0.0);
    for (std::int64_t j = 0; j < e.keys; ++j) {
      const double weight = probabilities[static_cast<std::size_t>(row * e.keys + j)];
      const T* value = V.data<T>().data() + ((b * e.keyHeads + e.keyHead(h)) * e.keys + j) * e.valueSize;
      for (std::size_t d = 0; d < sum.size(); ++d) sum[d] += weight * asDouble(value[d]);
    }
    for (const double value : sum) *to++ = fromDouble<T>(value);
  }
}

Result<Tensor> ofType(DType type, const Dims& dims, const std::vector<double>& values) {
  EW_ASSIGN(Tensor wide, Tensor::create(DType::f64, dims));
  std::ranges::copy(values, wide.mutableData<double>().begin());
  return castElements(wide, type);
}

Status compute(ComputeContext& context) {
  const Tensor &Q = context.inputs[0], &K = context.inputs[1], &V = context.inputs[2];
  if (K.dtype() != Q.dtype() || V.dtype() != Q.dtype()) return invalid("Q, K and V have different element types");
  EW_ASSIGN(const Extents e, extentsOf(Q.dims(), K.dims(), V.dims()));
  EW_ASSIGN(const DType type, softmaxType(context.node, Q.dtype()));
  const double scale = context.node.attributes.has("scale") ? static_cast<double>(context.node.attributes.getFloat("scale", 1)) : 1 / std::sqrt(static_cast<double>(e.size));
  if (work({e.batch, e.heads, e.queries, e.keys, e.size + e.valueSize}) > (std::int64_t{1} << 38)) return limitReached("attention takes over 2^38 multiplications");
  EW_ASSIGN(Tensor Y, Tensor::create(Q.dtype(), {e.batch, e.heads, e.queries, e.valueSize}));
  EW_TRY(checkAllocation(DType::f64, work(e.scores())));
  std::vector<double> scores(static_cast<std::size_t>(work(e.scores())));
  EW_TRY(dispatchFloat(Q.dtype(), [&]<class T>() { score<T>(e, Q, K, scale, scores); }));
  EW_ASSIGN(Tensor passed, ofType(type, e.scores(), scores));
  EW_ASSIGN(passed, modified(context, "score_mod", std::move(passed)));
  EW_ASSIGN(scores, toDoubles(passed));
  for (std::size_t first = 0; first < scores.size(); first += static_cast<std::size_t>(e.keys)) softmax(std::span(scores).subspan(first, static_cast<std::size_t>(e.keys)));
  EW_ASSIGN(passed, ofType(type, e.scores(), scores));
  EW_ASSIGN(passed, modified(context, "prob_mod", std::move(passed)));
  EW_ASSIGN(scores, toDoubles(passed));
  EW_TRY(dispatchFloat(Q.dtype(), [&]<class T>() { mix<T>(e, scores, V, Y); }));
  context.outputs[0] = std::move(Y);
  return {};
}

Cost cost(const Node&, std::span<const Dims> inputs, std::span<const Dims>) {
  const Result<Extents> e = extentsOf(inputs[0], inputs[1], inputs[2]);
  if (!e.ok()) return {};
  return {work({work(e->scores()), e->size + e->valueSize}), work({work(e->scores()), 3})};
}

}  // namespace

OpDef flexAttentionOp() {
  return {.name = "FlexAttention", .domain = "ai.onnx.preview", .infer = infer, .compute = compute, .cost = cost, .requiredInputs = 3, .mostInputs = 3};
}

}  // namespace ew::ops
