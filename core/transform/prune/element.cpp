// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/analysis/weights.h"
#include "core/base/text.h"
#include "core/transform/prune/structures.h"

namespace ew::transform {
namespace {

/// One weight tensor that can lose elements.
struct Target {
  NodeId node = kNone;
  std::string layer;
  analysis::WeightRef weight;
  std::vector<double> scores;   ///< negative for elements that are zero already: they count first
  std::int64_t wanted = 0;      ///< zeros that it shall have
};

/// Zero point of each element's slice: what "zero" is in a quantized weight.
class ZeroOf {
 public:
  static Result<ZeroOf> create(const analysis::WeightRef& weight) {
    ZeroOf out;
    if (!weight.quantization || weight.quantization->zeroPoint == nullptr) return out;
    EW_ASSIGN(out.points_, toInts(*weight.quantization->zeroPoint));
    if (out.points_.size() <= 1 || weight.stored->rank() == 0) return out;
    const auto rank = static_cast<std::int64_t>(weight.stored->rank());
    const auto axis = static_cast<std::size_t>(weight.quantization->axis < 0 ? weight.quantization->axis + rank : weight.quantization->axis);
    if (weight.quantization->blockSize > 0 || axis >= weight.stored->rank() ||
        weight.stored->dim(axis) != std::ssize(out.points_))
      return unsupported("zero points in blocks");
    out.stride_ = stridesOf(weight.stored->dims())[axis];
    return out;
  }
  int at(std::int64_t index) const {
    if (points_.empty()) return 0;
    if (points_.size() == 1) return static_cast<int>(points_.front());
    return static_cast<int>(points_[static_cast<std::size_t>(index / stride_) % points_.size()]);
  }

 private:
  std::vector<std::int64_t> points_;
  std::int64_t stride_ = 1;
};

Status setZero(Tensor& tensor, std::span<const std::int64_t> indices, const ZeroOf& zero) {
  if (isSubByte(tensor.dtype())) {
    const std::span<std::byte> bytes = tensor.mutableBytes();
    for (const std::int64_t index : indices) setSubByte(bytes, tensor.dtype(), index, zero.at(index));
    return {};
  }
  return dispatchType(tensor.dtype(), [&]<class T>() {
    const std::span<T> data = tensor.mutableData<T>();
    for (const std::int64_t index : indices) {
      if constexpr (std::is_arithmetic_v<T>) data[static_cast<std::size_t>(index)] = static_cast<T>(zero.at(index));
      else data[static_cast<std::size_t>(index)] = T(0.0F);
    }
  });
}

Result<std::vector<double>> scoresOf(const Criterion& criterion, const analysis::WeightRef& weight, std::uint64_t seed) {
  EW_ASSIGN(const Tensor floats, analysis::dequantized(weight));
  ScoreInput input;
  input.weights = floats.data<float>();
  input.seed = seed;
  std::vector<double> scores = criterion.scores(input);
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (input.weights[i] == 0) scores[i] = -1;
    else if (std::isnan(scores[i])) scores[i] = std::numeric_limits<double>::infinity();  // never chosen, and sortable
  }
  return scores;
}

/// The `count` lowest scores, ties by index, ascending indices.
std::vector<std::int64_t> lowest(const std::vector<double>& scores, std::int64_t count) {
  std::vector<std::int64_t> order(scores.size());
  std::iota(order.begin(), order.end(), 0);
  const auto less = [&](std::int64_t a, std::int64_t b) {
    const double x = scores[static_cast<std::size_t>(a)], y = scores[static_cast<std::size_t>(b)];
    return x != y ? x < y : a < b;
  };
  if (count > 0 && count < std::ssize(order)) std::nth_element(order.begin(), order.begin() + count, order.end(), less);
  order.resize(static_cast<std::size_t>(count));
  return order;
}

class ElementPruner {
 public:
  ElementPruner(const Graph& graph, const PrunePlan& plan) : plan_(plan), result_{GraphEdit(graph), {}} {}

  Result<PassResult> run(Progress& progress) {
    EW_TRY(collect(progress));
    share();
    std::int64_t index = 0;
    for (Target& target : targets_) {
      progress.step(index++, std::ssize(targets_), "pruning weights");
      if (progress.cancelled()) return cancelledError();
      EW_TRY_AT(apply(target), "node " + inQuotes(target.layer));
    }
    return std::move(result_);
  }

 private:
  const Graph& graph() const { return result_.edit.graph(); }

  void keep(const Node& node, const Reason& reason) { result_.verdicts.push_back(kept(graph(), node, reason)); }

  Status collect(Progress& progress) {
    std::map<ValueId, std::string> owners;
    for (const Node& node : graph().nodes()) {
      if (progress.cancelled()) return cancelledError();
      for (const analysis::WeightRef& weight : analysis::weightsOf(graph(), node)) {
        const std::string layer = displayName(graph(), node);
        if (weight.stored->rank() < 2) continue;
        const auto [owner, isNew] = owners.emplace(weight.value, layer);
        if (!isNew) {
          if (owner->second != layer) result_.verdicts.push_back(done(graph(), node, "pruned", "its weights are those of " + owner->second));
        } else if (plan_.sparsityOf(layer) == 0) {
          keep(node, {ReasonCode::ExcludedByRecipe, {}});
        } else if (graph().initializer(weight.value) == nullptr) {
          keep(node, {ReasonCode::WeightsNotConstant, {}});
        } else {
          Target target{node.id, layer, weight, {}, 0};
          EW_ASSIGN_AT(target.scores, scoresOf(*plan_.criterion, weight, plan_.seed + targets_.size()), "node " + inQuotes(layer));
          targets_.push_back(std::move(target));
        }
      }
    }
    return {};
  }

  /// How many zeros each tensor gets: its own share, or what a threshold over all of them leaves it.
  void share() {
    std::vector<double> pool;
    std::vector<std::size_t> from;
    for (std::size_t i = 0; i < targets_.size(); ++i) {
      Target& target = targets_[i];
      const auto count = std::ssize(target.scores);
      if (!plan_.global || plan_.hasOwn(target.layer)) {
        target.wanted = std::llround(plan_.sparsityOf(target.layer) * static_cast<double>(count));
        continue;
      }
      pool.insert(pool.end(), target.scores.begin(), target.scores.end());
      from.insert(from.end(), target.scores.size(), i);
    }
    const auto wanted = std::llround(plan_.sparsity * static_cast<double>(pool.size()));
    for (const std::int64_t index : lowest(pool, wanted)) ++targets_[from[static_cast<std::size_t>(index)]].wanted;
  }

  Status apply(Target& target) {
    const Node& node = *graph().node(target.node);
    const auto already = std::count_if(target.scores.begin(), target.scores.end(), [](double score) { return score < 0; });
    if (target.wanted <= already) {
      keep(node, {ReasonCode::TooSmall, std::to_string(already) + " of " + std::to_string(target.scores.size()) + " weights are zero already"});
      return {};
    }
    EW_ASSIGN(const ZeroOf zero, ZeroOf::create(target.weight));
    Tensor tensor = *target.weight.stored;
    EW_TRY(setZero(tensor, lowest(target.scores, target.wanted), zero));
    const double percent = 100.0 * static_cast<double>(target.wanted) / static_cast<double>(target.scores.size());
    result_.verdicts.push_back(done(graph(), node, "pruned",
                                    std::to_string(target.wanted) + " of " + std::to_string(target.scores.size()) + " weights are zero (" +
                                        numberText(std::round(percent * 10) / 10) + " %)"));
    result_.edit.setInitializer(target.weight.value, std::move(tensor));
    return {};
  }

  const PrunePlan& plan_;
  PassResult result_;
  std::vector<Target> targets_;
};

}  // namespace

Result<PassResult> pruneElements(const Graph& graph, const PrunePlan& plan, Progress& progress) {
  if (!plan.criterion->forElements)
    return invalid("criterion " + std::string(plan.criterion->name) + " scores channels, not single weights; take l1, l2 or random");
  return ElementPruner(graph, plan).run(progress);
}

}  // namespace ew::transform
