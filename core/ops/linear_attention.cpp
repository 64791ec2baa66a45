// SPDX-License-Identifier: Apache-2.0
// A recurrence over the tokens: a state of (d_k, d_v) for each key head decays, is corrected, takes in the token's key
// and value, and is read by the query heads of its group.
#include <cmath>

#include "core/ops/cost.h"
#include "core/ops/inference.h"
#include "core/ops/moments.h"

namespace ew::ops {
namespace {

struct Heads {
  std::int64_t q = 0, kv = 0;
  bool gated = false, delta = false;
};

Result<Heads> headsOf(const Node& node) {
  Heads heads{node.attributes.getInt("q_num_heads", 0), node.attributes.getInt("kv_num_heads", 0)};
  if (heads.q < 1 || heads.kv < 1 || heads.q > (1 << 20) || heads.q % heads.kv != 0)
    return invalid("q_num_heads " + std::to_string(heads.q) + " is no multiple of kv_num_heads " + std::to_string(heads.kv));
  const std::string rule = node.attributes.getString("update_rule", "gated_delta");
  heads.gated = rule == "gated" || rule == "gated_delta";
  heads.delta = rule == "delta" || rule == "gated_delta";
  if (!heads.gated && !heads.delta && rule != "linear") return invalid("update_rule '" + rule + "' is not known");
  return heads;
}

Dim dividedBy(const Dim& extent, std::int64_t by) { return extent.known() ? Dim(extent.extent / by) : Dim(); }

Status infer(InferContext& context) {
  context.outputs[0].dtype = context.inputs[0].dtype;
  EW_ASSIGN(const Heads heads, headsOf(context.node));
  EW_ASSIGN(const auto query, rankedShape(context, 0, 3, 3));
  EW_ASSIGN(const auto value, rankedShape(context, 2, 3, 3));
  if (context.outputs.size() > 1) context.outputs[1].dtype = context.has(3) ? context.inputs[3].dtype : context.inputs[0].dtype;
  if (!query || !value) return {};
  const Dim dv = dividedBy((*value)[2], heads.kv);
  context.outputs[0].shape = Shape({(*query)[0], (*query)[1], dv.known() && dv.extent < (std::int64_t{1} << 31) && dv.extent >= 0 ? Dim(dv.extent * heads.q) : Dim()});
  if (context.outputs.size() > 1) context.outputs[1].shape = Shape({(*query)[0], Dim(heads.kv), dividedBy((*query)[2], heads.q), dv});
  return {};
}

/// Extents, and the operands as doubles: the specification accumulates wider than the operands.
struct Problem {
  Heads heads;
  std::int64_t batch = 0, tokens = 0, dk = 0, dv = 0, decayWidth = 0, betaWidth = 0;
  double scale = 1;
  std::vector<double> q, k, v, decay, beta, state;
};

Status checkExtents(const ComputeContext& context, const Problem& p) {
  const Dims kDims{p.batch, p.tokens, p.heads.kv * p.dk}, vDims{p.batch, p.tokens, p.heads.kv * p.dv};
  if (context.inputs[0].dim(2) != p.heads.q * p.dk || context.inputs[1].dims() != kDims || context.inputs[2].dims() != vDims)
    return invalid("query, key and value of shapes " + dimsText(context.inputs[0].dims()) + ", " + dimsText(context.inputs[1].dims()) + " and " +
                   dimsText(context.inputs[2].dims()) + " do not fit the numbers of heads");
  if (context.has(3) && context.inputs[3].dims() != Dims{p.batch, p.heads.kv, p.dk, p.dv})
    return invalid("past_state has the shape " + dimsText(context.inputs[3].dims()));
  if (context.has(4) != p.heads.gated || context.has(5) != p.heads.delta) return invalid("decay and beta do not match update_rule");
  if (p.heads.gated && (context.inputs[4].rank() != 3 || context.inputs[4].dim(0) != p.batch || context.inputs[4].dim(1) != p.tokens ||
                        (p.decayWidth != p.heads.kv && p.decayWidth != p.heads.kv * p.dk)))
    return invalid("decay has the shape " + dimsText(context.inputs[4].dims()));
  if (p.heads.delta && (context.inputs[5].rank() != 3 || context.inputs[5].dim(0) != p.batch || context.inputs[5].dim(1) != p.tokens ||
                        (p.betaWidth != p.heads.kv && p.betaWidth != 1)))
    return invalid("beta has the shape " + dimsText(context.inputs[5].dims()));
  return {};
}

Result<Problem> problemOf(const ComputeContext& context) {
  Problem p;
  EW_ASSIGN(p.heads, headsOf(context.node));
  for (std::size_t i = 0; i < 3; ++i)
    if (context.inputs[i].rank() != 3) return invalid("input " + std::to_string(i) + " has the shape " + dimsText(context.inputs[i].dims()) + ", not three axes");
  p.batch = context.inputs[0].dim(0);
  p.tokens = context.inputs[0].dim(1);
  p.dk = context.inputs[0].dim(2) / p.heads.q;
  p.dv = context.inputs[2].dim(2) / p.heads.kv;
  if (context.has(4) && context.inputs[4].rank() == 3) p.decayWidth = context.inputs[4].dim(2);
  if (context.has(5) && context.inputs[5].rank() == 3) p.betaWidth = context.inputs[5].dim(2);
  EW_TRY(checkExtents(context, p));
  const double scale = static_cast<double>(context.node.attributes.getFloat("scale", 0));
  p.scale = scale == 0 ? 1 / std::sqrt(static_cast<double>(p.dk)) : scale;
  EW_ASSIGN(p.q, toDoubles(context.inputs[0]));
  EW_ASSIGN(p.k, toDoubles(context.inputs[1]));
  EW_ASSIGN(p.v, toDoubles(context.inputs[2]));
  if (context.has(4)) { EW_ASSIGN(p.decay, toDoubles(context.inputs[4])); }
  if (context.has(5)) { EW_ASSIGN(p.beta, toDoubles(context.inputs[5])); }
  if (context.has(3)) { EW_ASSIGN(p.state, toDoubles(context.inputs[3])); }
  return p;
}

/// One token of one key head: the state as it is after it.
void update(const Problem& p, std::size_t token, std::size_t head, double* state) {
  const auto dk = static_cast<std::size_t>(p.dk), dv = static_cast<std::size_t>(p.dv), kv = static_cast<std::size_t>(p.heads.kv);
  const double* k = p.k.data() + (token * kv + head) * dk;
  const double* v = p.v.data() + (token * kv + head) * dv;
  if (p.heads.gated) {
    const bool perKey = p.decayWidth != p.heads.kv;
    for (std::size_t d = 0; d < dk; ++d) {
      const double keep = std::exp(perKey ? p.decay[(token * kv + head) * dk + d] : p.decay[token * kv + head]);
      for (std::size_t m = 0; m < dv; ++m) state[d * dv + m] *= keep;
    }
  }
  const double rate = p.heads.delta ? p.beta[p.betaWidth == 1 ? token : token * kv + head] : 1;
  for (std::size_t m = 0; m < dv; ++m) {
    double taken = v[m];
    if (p.heads.delta) {
      for (std::size_t d = 0; d < dk; ++d) taken -= state[d * dv + m] * k[d];
      taken *= rate;
    }
    for (std::size_t d = 0; d < dk; ++d) state[d * dv + m] += k[d] * taken;
  }
}

template <class T>
void attend(Problem& p, std::span<T> output) {
  const auto dk = static_cast<std::size_t>(p.dk), dv = static_cast<std::size_t>(p.dv);
  const auto q = static_cast<std::size_t>(p.heads.q), kv = static_cast<std::size_t>(p.heads.kv), tokens = static_cast<std::size_t>(p.tokens);
  for (std::size_t b = 0; b < static_cast<std::size_t>(p.batch); ++b)
    for (std::size_t t = 0; t < tokens; ++t)
      for (std::size_t h = 0; h < q; ++h) {
        double* state = p.state.data() + (b * kv + h / (q / kv)) * dk * dv;
        if (h % (q / kv) == 0) update(p, b * tokens + t, h / (q / kv), state);
        for (std::size_t m = 0; m < dv; ++m) {
          double sum = 0;
          for (std::size_t d = 0; d < dk; ++d) sum += p.q[((b * tokens + t) * q + h) * dk + d] * state[d * dv + m];
          output[((b * tokens + t) * q + h) * dv + m] = fromDouble<T>(p.scale * sum);
        }
      }
}

Status compute(ComputeContext& context) {
  EW_ASSIGN(Problem p, problemOf(context));
  const DType type = context.inputs[0].dtype(), stateType = context.has(3) ? context.inputs[3].dtype() : type;
  EW_ASSIGN(Tensor output, Tensor::create(type, {p.batch, p.tokens, p.heads.q * p.dv}));
  EW_ASSIGN(Tensor present, Tensor::create(stateType, {p.batch, p.heads.kv, p.dk, p.dv}));
  EW_TRY(checkAllocation(DType::f64, present.size()));
  p.state.resize(static_cast<std::size_t>(present.size()));
  EW_TRY(dispatchFloat(type, [&]<class T>() { attend<T>(p, output.mutableData<T>()); }));
  EW_TRY(dispatchFloat(stateType, [&]<class T>() {
    for (std::size_t i = 0; i < p.state.size(); ++i) present.mutableData<T>()[i] = fromDouble<T>(p.state[i]);
  }));
  context.outputs[0] = std::move(output);
  if (context.outputs.size() > 1) context.outputs[1] = std::move(present);
  return {};
}

/// The update and the read of the state: a product with each key and each query.
Cost cost(const Node& node, std::span<const Dims> inputs, std::span<const Dims> outputs) {
  const Result<Heads> heads = headsOf(node);
  if (!heads.ok() || inputs[0].size() != 3) return {};
  return {work({work(outputs[0]), inputs[0][2] / heads->q, 2}), 0};
}

}  // namespace

OpDef linearAttentionOp() {
  return {.name = "LinearAttention", .sinceVersion = 27, .infer = infer, .compute = compute, .cost = cost, .requiredInputs = 3, .mostInputs = 6};
}

}  // namespace ew::ops
