// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/graph/blocks.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "widgets/common/op_family.h"
#include "widgets/common/origin_map.h"

namespace ew::widgets {
namespace {

constexpr std::size_t kSmallest = 3, kLongestPeriod = 256;

/// What is compared: operators as numbers, with the place of each in the graph's execution order.
struct Sequence {
  std::vector<int> op;
  std::vector<std::size_t> place;
  std::vector<char> weighted;  ///< reads a constant
  std::vector<int> cut;  ///< values that are alive between entry i-1 and entry i
};

Sequence sequenceOf(const Graph& graph) {
  Sequence out;
  std::map<std::string, int> numbers;
  std::map<NodeId, std::size_t> entryOf;
  for (std::size_t i = 0; i < graph.nodes().size(); ++i) {
    const Node& node = graph.nodes()[i];
    entryOf[node.id] = out.op.size();
    if (isQuantizeNode(node) || node.opType == "Constant") continue;
    out.op.push_back(numbers.try_emplace(node.domain + '.' + node.opType, static_cast<int>(numbers.size())).first->second);
    out.place.push_back(i);
    out.weighted.push_back(std::ranges::any_of(node.inputs, [&](ValueId id) { return graph.initializer(id) != nullptr; }));
  }
  std::vector<int> change(out.op.size() + 2, 0);
  for (const Node& node : graph.nodes())
    for (const ValueId value : node.outputs) {
      if (value == kNone) continue;
      std::size_t last = entryOf[node.id];
      for (const NodeId reader : graph.consumers(value)) last = std::max(last, entryOf[reader]);
      ++change[entryOf[node.id] + 1];
      --change[last + 1];
    }
  int alive = 0;
  for (std::size_t i = 0; i <= out.op.size(); ++i) out.cut.push_back(alive += change[i]);
  return out;
}

struct Run { std::size_t begin = 0, period = 0, copies = 0; };

/// A repetition is worth a box when it does some of the model's work.
bool holdsLayer(const Graph& graph, const Sequence& sequence, const Run& run) {
  for (std::size_t i = run.begin; i < run.begin + run.period; ++i) {
    const OpFamily family = opFamily(graph.nodes()[sequence.place[i]].opType);
    if (family == OpFamily::Convolution || family == OpFamily::Matrix || family == OpFamily::Recurrent) return true;
  }
  return false;
}

/// Where to start the copies: few values cross their borders, and they begin with a layer that has weights.
void rotate(const Sequence& sequence, Run& run, std::size_t equal) {
  const std::size_t slack = equal % run.period;
  std::optional<int> best;
  std::size_t start = run.begin;
  for (std::size_t shift = 0; shift <= slack; ++shift) {
    int crossing = 0;
    for (std::size_t k = 0; k <= run.copies; ++k) crossing += 2 * sequence.cut[run.begin + shift + k * run.period];
    crossing -= sequence.weighted[run.begin + shift];
    if (best && crossing >= *best) continue;
    best = crossing;
    start = run.begin + shift;
  }
  run.begin = start;
}

/// The repetition that covers most, many short copies rather than few long ones; period 0 when there is none.
Run longestRun(const Sequence& sequence, std::size_t from, std::size_t to) {
  Run best;
  double bestScore = 0;
  for (std::size_t period = kSmallest; period <= std::min(kLongestPeriod, (to - from) / 2); ++period) {
    std::size_t equal = 0;
    for (std::size_t i = from; i + period <= to; ++i) {
      if (i + period < to && sequence.op[i] == sequence.op[i + period]) {
        ++equal;
        continue;
      }
      const std::size_t copies = equal / period + 1;
      const double score = static_cast<double>(period * copies * copies) / std::sqrt(static_cast<double>(period));
      if (equal >= period && score > bestScore * 1.01) {
        best = {i - equal, period, copies};
        rotate(sequence, best, equal);
        bestScore = score;
      }
      equal = 0;
    }
  }
  return best;
}

void collect(const Sequence& sequence, std::size_t from, std::size_t to, std::vector<Run>& out) {
  if (to - from < 2 * kSmallest || out.size() > 200) return;
  const Run run = longestRun(sequence, from, to);
  if (run.period == 0) return;
  collect(sequence, from, run.begin, out);
  out.push_back(run);
  collect(sequence, run.begin + run.period * run.copies, to, out);
}

std::string commonName(const Graph& graph, std::size_t first, std::size_t last) {
  std::string common;
  bool fresh = true;
  for (std::size_t i = first; i < last; ++i) {
    const Node& node = graph.nodes()[i];
    if (isQuantizeNode(node)) continue;
    const std::string name = displayName(graph, node);
    if (fresh) {
      common = name;
      fresh = false;
    }
    const auto stop = std::ranges::mismatch(common, name).in1;
    common.erase(stop, common.end());
  }
  const std::size_t end = common.find_last_of("/.:");
  common.erase(end == std::string::npos ? 0 : end);
  const std::size_t begin = common.find_first_not_of("/.:");
  return begin == std::string::npos ? std::string() : common.substr(begin);
}

}  // namespace

std::vector<Block> findBlocks(const Graph& graph) {
  const Sequence sequence = sequenceOf(graph);
  std::vector<Run> runs;
  collect(sequence, 0, sequence.op.size(), runs);
  std::vector<Block> out;
  int family = 0;
  for (const Run& run : runs) {
    if (!holdsLayer(graph, sequence, run)) continue;
    for (std::size_t k = 0; k < run.copies; ++k) {
      const std::size_t begin = run.begin + k * run.period, end = begin + run.period;
      Block block;
      block.first = sequence.place[begin];
      block.last = end < sequence.place.size() ? sequence.place[end] : graph.nodes().size();
      block.family = family;
      block.number = static_cast<int>(k) + 1;
      block.siblings = static_cast<int>(run.copies);
      block.name = commonName(graph, block.first, block.last);
      out.push_back(std::move(block));
    }
    ++family;
  }
  return out;
}

}  // namespace ew::widgets
