// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <string_view>

#include "core/analysis/analysis.h"
#include "core/analysis/weights.h"

namespace ew::analysis {
namespace {

constexpr std::array views{std::string_view("Reshape"), std::string_view("Flatten"),   std::string_view("Squeeze"),
                           std::string_view("Unsqueeze"), std::string_view("Identity"), std::string_view("Dropout")};

bool isView(const Node& node) { return std::find(views.begin(), views.end(), node.opType) != views.end(); }

/// Which buffer holds each value: views and the float side of quantization are the buffer of another value.
class Buffers {
 public:
  explicit Buffers(const Graph& graph) : graph_(graph), owner_(graph.valueCount()), constant_(graph.valueCount(), false) {
    for (std::size_t i = 0; i < owner_.size(); ++i) owner_[i] = static_cast<ValueId>(i);
    for (const auto& [id, tensor] : graph.initializers()) constant_[index(id)] = true;
    for (const Node& node : graph.nodes()) forward(node);
    for (auto node = graph.nodes().rbegin(); node != graph.nodes().rend(); ++node) backward(*node);
  }

  /// The value whose bytes hold `id`; kNone for constants.
  ValueId of(ValueId id) const {
    while (owner_[index(id)] != id) id = owner_[index(id)];
    return constant_[index(id)] ? kNone : id;
  }

 private:
  static std::size_t index(ValueId id) { return static_cast<std::size_t>(id); }

  void forward(const Node& node) {
    const ValueId out = node.output(0), in = node.input(0);
    if (out == kNone) return;
    if (node.opType == "Constant") constant_[index(out)] = true;
    else if (in != kNone && (isView(node) || node.opType == "DequantizeLinear" || quantizesBack(node))) owner_[index(out)] = in;
  }

  /// Integers that pass a view between DequantizeLinear and QuantizeLinear stay where they are.
  bool quantizesBack(const Node& node) const {
    if (node.opType != "QuantizeLinear" || owner_[index(node.input(0))] == node.input(0)) return false;
    const ValueId root = of(node.input(0));
    return root != kNone && graph_.value(root).dtype == graph_.value(node.output(0)).dtype;
  }

  /// What only a QuantizeLinear reads (with a Relu or Clip between) is produced as integers at once.
  void backward(const Node& node) {
    if (node.opType != "QuantizeLinear" && node.opType != "Relu" && node.opType != "Clip") return;
    const ValueId out = node.output(0), in = node.input(0);
    if (out == kNone || in == kNone) return;
    const bool becomesIntegers = node.opType == "QuantizeLinear" || owner_[index(out)] != out;
    const bool onlyReader = graph_.consumers(in).size() == 1 && !graph_.isOutput(in) && graph_.producer(in) != kNone;
    if (becomesIntegers && onlyReader && owner_[index(in)] == in) owner_[index(in)] = out;
  }

  const Graph& graph_;
  std::vector<ValueId> owner_;
  std::vector<bool> constant_;
};

std::int64_t bytesOf(const Value& value) {
  const auto elements = value.shape ? value.shape->elements() : std::nullopt;
  return elements ? static_cast<std::int64_t>(packedBytes(value.dtype, *elements)) : 0;
}

}  // namespace

MemoryProfile peakActivation(const Graph& inferred) {
  const std::vector<Node>& nodes = inferred.nodes();
  const Buffers buffers(inferred);
  // First and last step that each buffer is needed in; graph inputs from the start, outputs to the end.
  const std::int64_t steps = std::ssize(nodes);
  std::vector<std::int64_t> first(inferred.valueCount(), steps), last(inferred.valueCount(), -1);
  const auto need = [&](ValueId id, std::int64_t step) {
    const ValueId buffer = id == kNone ? kNone : buffers.of(id);
    if (buffer == kNone) return;
    auto& from = first[static_cast<std::size_t>(buffer)];
    auto& to = last[static_cast<std::size_t>(buffer)];
    from = std::min(from, step);
    to = std::max(to, step);
  };
  for (const ValueId id : inferred.inputs()) need(id, 0);
  for (std::int64_t step = 0; step < steps; ++step) {
    const Node& node = nodes[static_cast<std::size_t>(step)];
    for (const ValueId id : node.inputs) need(id, step);
    for (const ValueId id : node.captures) need(id, step);
    for (const ValueId id : node.outputs) need(id, step);
  }
  for (const ValueId id : inferred.outputs()) need(id, std::max<std::int64_t>(0, steps - 1));

  MemoryProfile out;
  std::vector<std::int64_t> change(static_cast<std::size_t>(steps) + 1, 0);
  for (std::size_t id = 0; id < first.size(); ++id) {
    if (last[id] < 0 || first[id] >= steps) continue;
    const std::int64_t bytes = bytesOf(inferred.value(static_cast<ValueId>(id)));
    change[static_cast<std::size_t>(first[id])] += bytes;
    change[static_cast<std::size_t>(last[id]) + 1] -= bytes;
  }
  std::int64_t live = 0;
  for (std::size_t step = 0; step < nodes.size(); ++step) {
    live += change[step];
    out.liveBytes.push_back(live);
    if (live > out.peakBytes || out.peakNode == kNone) {
      out.peakBytes = live;
      out.peakNode = nodes[step].id;
    }
  }
  return out;
}

}  // namespace ew::analysis
