// SPDX-License-Identifier: Apache-2.0
#include "core/ops/class_loss.h"

#include <vector>

#include "core/ops/axis_walk.h"
#include "core/ops/dispatch.h"
#include "core/ops/inference.h"
#include "core/ops/moments.h"

namespace ew::ops {
namespace {

struct Losses {
  std::vector<double> losses;  ///< one for each target, 0 where it is ignored
  double weight = 0;           ///< sum of the weights of what was counted
};

Result<Losses> lossesOf(const ComputeContext& context, const Tensor& logarithms) {
  const AxisSplit split = splitAround(logarithms.dims(), 1, 2);
  EW_ASSIGN(const std::vector<double> values, toDoubles(logarithms));
  EW_ASSIGN(const std::vector<std::int64_t> targets, toInts(context.inputs[1]));
  std::vector<double> weights(static_cast<std::size_t>(split.length), 1.0);
  if (context.has(2)) {
    EW_TRY(requireChannels(context.inputs[2], "weight", logarithms.dtype(), split.length));
    EW_ASSIGN(weights, toDoubles(context.inputs[2]));
  }
  const std::int64_t* ignored = context.node.attributes.find<std::int64_t>("ignore_index");
  Losses out;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const std::int64_t target = targets[i];
    if (ignored != nullptr && target == *ignored) {
      out.losses.push_back(0);
      continue;
    }
    if (target < 0 || target >= split.length) return invalid("class " + std::to_string(target) + " is outside 0 .. " + std::to_string(split.length - 1));
    const auto at = static_cast<std::int64_t>(i);
    const std::int64_t element = (at / split.inner * split.length + target) * split.inner + at % split.inner;
    const double weight = weights[static_cast<std::size_t>(target)];
    out.losses.push_back(-weight * values[static_cast<std::size_t>(element)]);
    out.weight += weight;
  }
  return out;
}

}  // namespace

Status inferClassLoss(InferContext& context) {
  context.outputs[0].dtype = context.inputs[0].dtype;
  if (context.node.attributes.getString("reduction", "mean") == "none") context.outputs[0].shape = context.inputs[1].shape;
  else context.outputs[0].shape = Shape();
  return {};
}

Status computeClassLoss(ComputeContext& context, const Tensor& logarithms) {
  Dims wanted = logarithms.dims();
  if (wanted.size() < 2) return invalid("input of shape " + dimsText(wanted) + " has no classes");
  wanted.erase(wanted.begin() + 1);
  if (context.inputs[1].dims() != wanted || !isInteger(context.inputs[1].dtype()))
    return invalid("target of shape " + dimsText(context.inputs[1].dims()) + " for an input of shape " + dimsText(logarithms.dims()));
  const std::string reduction = context.node.attributes.getString("reduction", "mean");
  if (reduction != "none" && reduction != "sum" && reduction != "mean") return invalid("attribute reduction is none of none, sum, mean");
  EW_ASSIGN(Losses found, lossesOf(context, logarithms));
  if (reduction != "none") {
    double sum = 0;
    for (const double loss : found.losses) sum += loss;
    found.losses = {reduction == "mean" ? sum / found.weight : sum};
    wanted.clear();
  }
  EW_ASSIGN(Tensor out, Tensor::create(logarithms.dtype(), wanted));
  EW_TRY(dispatchFloat(out.dtype(), [&]<class T>() {
    for (std::size_t i = 0; i < found.losses.size(); ++i) out.mutableData<T>()[i] = fromDouble<T>(found.losses[i]);
  }));
  context.outputs[0] = std::move(out);
  return {};
}

}  // namespace ew::ops
