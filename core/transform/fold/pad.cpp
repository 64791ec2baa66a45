// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>

#include "core/run/lowering/pad_operands.h"
#include "core/transform/fold/rule.h"

namespace ew::transform {
namespace {

/// Whether every window that starts in the padding ends in the input, so that it sees at least one element of it.
bool windowsReachIn(const Node& pool, const std::vector<std::int64_t>& pads) {
  const std::vector<std::int64_t> kernel = pool.attributes.getInts("kernel_shape");
  if (pool.attributes.has("dilations") || pads.size() != 2 * kernel.size()) return false;
  for (std::size_t i = 0; i < pads.size(); ++i)
    if (pads[i] >= kernel[i % kernel.size()]) return false;
  return true;
}

/// Whether padding with `value` is what the operator's own padding does to its input.
bool padsAlike(const FoldContext& context, const Node& window, const Node& pad, double value, const std::vector<std::int64_t>& joined) {
  if (window.opType == "Conv") return value == 0;
  if (window.attributes.getInt("ceil_mode", 0) != 0 || !windowsReachIn(window, joined)) return false;
  if (window.opType == "AveragePool") {
    const std::vector<std::int64_t> own = window.attributes.getInts("pads");
    const bool ownCounts = window.attributes.getInt("count_include_pad", 0) != 0;
    return value == 0 && (ownCounts || std::all_of(own.begin(), own.end(), [](std::int64_t pad) { return pad == 0; }));
  }
  if (window.opType != "MaxPool" || window.outputs.size() != 1) return false;
  if (value == -std::numeric_limits<double>::infinity()) return true;
  // A maximum over values that are never below zero does not see zeros beside them.
  const Node* before = context.graph().node(context.graph().producer(pad.input(0)));
  return value == 0 && before != nullptr && before->domain.empty() && (before->opType == "Relu" || before->opType == "Sigmoid");
}

}  // namespace

/// Pad before a convolution or pooling becomes its own padding.
Result<bool> foldPad(FoldContext& context, const Node& node) {
  const Graph& graph = context.graph();
  const bool isWindow = node.opType == "Conv" || node.opType == "MaxPool" || node.opType == "AveragePool";
  if (!isWindow || !node.domain.empty() || node.attributes.getString("auto_pad", "NOTSET") != "NOTSET") return false;
  if (node.opType == "AveragePool" && graph.opset() < 7) return false;  // had no count_include_pad
  const Node* pad = context.privateProducer(node.input(0), node.id);
  if (pad == nullptr || std::count(node.inputs.begin(), node.inputs.end(), node.input(0)) != 1) return false;
  if (pad->opType != "Pad" || !pad->domain.empty() || graph.opset() < 2) return false;
  if (pad->attributes.getString("mode", "constant") != "constant") return false;
  const auto& shape = context.shapeOf(pad->input(0));
  if (!shape || shape->rank() < 3) return false;
  const auto pads = lowering::padsOf(graph, *pad, shape->rank());
  const auto value = lowering::padValue(graph, *pad);
  const auto joined = pads ? lowering::joinedPads(*pads, node) : std::nullopt;
  if (!joined || !value || !padsAlike(context, node, *pad, *value, *joined)) return false;
  const NodeId id = node.id;
  context.skip(id, *pad, "as the padding of " + displayName(graph, node));
  Node& window = context.edit.mutableNode(id);
  window.attributes.set("pads", *joined);
  if (window.opType == "AveragePool") window.attributes.set("count_include_pad", std::int64_t{1});
  return true;
}

}  // namespace ew::transform
