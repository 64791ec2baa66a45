// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "core/analysis/analysis.h"
#include "core/analysis/weights.h"

namespace ew::analysis {
namespace {

/// Rows of two summaries that stand for the same layer: after[i] is matched with before[match[i]], or with none (-1).
class Matcher {
 public:
  Matcher(const Graph& before, const Summary& old, const Graph& after, const Summary& now)
      : before_(before), after_(after), old_(old.layers), now_(now.layers), taken_(old_.size(), false), match_(now_.size(), -1) {}

  std::vector<std::int64_t> run() {
    byName();
    // Two files that were opened apart number their nodes apart: origins mean something only when they agree with
    // the names.
    if (originsAgree()) byOrigin();
    return match_;
  }

 private:
  void take(std::size_t now, std::size_t old) {
    match_[now] = static_cast<std::int64_t>(old);
    taken_[old] = true;
  }

  void byName() {
    std::multimap<std::string, std::size_t> rows;
    for (std::size_t i = 0; i < old_.size(); ++i) rows.emplace(old_[i].name, i);
    for (std::size_t i = 0; i < now_.size(); ++i) {
      const auto [begin, end] = rows.equal_range(now_[i].name);
      const auto free = std::find_if(begin, end, [&](const auto& row) { return !taken_[row.second]; });
      if (free != end) take(i, free->second);
    }
  }

  const std::vector<NodeId>& originOf(const Graph& graph, const LayerFacts& row) const { return graph.node(row.node)->origin; }

  bool originsAgree() const {
    std::size_t matched = 0, agreeing = 0;
    for (std::size_t i = 0; i < now_.size(); ++i) {
      if (match_[i] < 0) continue;
      ++matched;
      const auto& a = originOf(before_, old_[static_cast<std::size_t>(match_[i])]);
      const auto& b = originOf(after_, now_[i]);
      if (std::any_of(a.begin(), a.end(), [&](NodeId id) { return std::find(b.begin(), b.end(), id) != b.end(); })) ++agreeing;
    }
    return matched > 0 && agreeing == matched;
  }

  void byOrigin() {
    std::unordered_map<NodeId, std::size_t> rows;
    for (std::size_t i = 0; i < old_.size(); ++i)
      if (!taken_[i])
        for (const NodeId id : originOf(before_, old_[i])) rows.emplace(id, i);
    for (std::size_t i = 0; i < now_.size(); ++i) {
      if (match_[i] >= 0) continue;
      for (const NodeId id : originOf(after_, now_[i])) {
        const auto row = rows.find(id);
        if (row == rows.end() || taken_[row->second]) continue;
        take(i, row->second);
        break;
      }
    }
  }

  const Graph& before_;
  const Graph& after_;
  const std::vector<LayerFacts>&old_, &now_;
  std::vector<bool> taken_;
  std::vector<std::int64_t> match_;
};

bool sameContent(const Graph& before, const LayerFacts& a, const Graph& after, const LayerFacts& b) {
  const std::vector<ConstantRef> old = parametersOf(before, *before.node(a.node)), now = parametersOf(after, *after.node(b.node));
  return std::equal(old.begin(), old.end(), now.begin(), now.end(), [](const ConstantRef& x, const ConstantRef& y) {
    return x.stored->storage() == y.stored->storage() || x.stored->equals(*y.stored);
  });
}

bool unchanged(const Graph& before, const LayerFacts& a, const Graph& after, const LayerFacts& b) {
  return a.op == b.op && a.outputShape == b.outputShape && a.macs == b.macs && a.weightPrecision == b.weightPrecision &&
         a.activationPrecision == b.activationPrecision && a.parameters == b.parameters && sameContent(before, a, after, b);
}

}  // namespace

std::vector<LayerDelta> compareGraphs(const Graph& before, const Graph& after) {
  const Summary old = summarize(before), now = summarize(after);
  const std::vector<std::int64_t> match = Matcher(before, old, after, now).run();
  std::vector<std::int64_t> partner(old.layers.size(), -1);
  for (std::size_t i = 0; i < match.size(); ++i)
    if (match[i] >= 0) partner[static_cast<std::size_t>(match[i])] = static_cast<std::int64_t>(i);

  // In the order of the old model, each new layer behind the one that it follows in the new model.
  std::vector<LayerDelta> out;
  std::vector<bool> shown(now.layers.size(), false);
  const auto addNew = [&](std::size_t from) {
    for (std::size_t i = from; i < now.layers.size() && match[i] < 0 && !shown[i]; ++i) {
      shown[i] = true;
      out.push_back({"added", std::nullopt, now.layers[i]});
    }
  };
  addNew(0);
  for (std::size_t i = 0; i < old.layers.size(); ++i) {
    if (partner[i] < 0) {
      out.push_back({"removed", old.layers[i], std::nullopt});
      continue;
    }
    const auto j = static_cast<std::size_t>(partner[i]);
    const bool same = unchanged(before, old.layers[i], after, now.layers[j]);
    out.push_back({same ? "same" : "changed", old.layers[i], now.layers[j]});
    addNew(j + 1);
  }
  return out;
}

}  // namespace ew::analysis
