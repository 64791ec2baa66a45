// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/absorb_slices.h"

#include <algorithm>
#include <set>

#include "core/graph/graph_edit.h"

namespace ew::cpu {
namespace {

constexpr std::size_t rank = 4;

/// Every second row and column of `root`, from `first` on (0 or 1 on both axes).
struct Cut {
  ValueId root = kNone;
  std::int64_t first[2] = {0, 0};
};

/// The image cut into channels, and the convolution that reads them.
struct Pattern {
  const Node* conv = nullptr;
  std::vector<Cut> cuts;          ///< in the order of the channels
  std::set<NodeId> slices;
  NodeId concat = 0;
};

class Finder {
 public:
  Finder(const Graph& graph, const CompileOptions& options) : graph_(graph), options_(options) {}

  std::optional<Pattern> find(const Node& concat) const {
    if (concat.opType != "Concat" || !concat.domain.empty() || seen(concat.output(0))) return std::nullopt;
    const auto dims = dimsOf(concat.output(0));
    const std::int64_t axis = concat.attributes.getInt("axis", 0);
    if (!dims || dims->size() != rank || (axis != 1 && axis != 1 - static_cast<std::int64_t>(rank))) return std::nullopt;
    Pattern found;
    found.concat = concat.id;
    const std::vector<NodeId> readers = graph_.consumers(concat.output(0));
    if (readers.size() != 1) return std::nullopt;
    found.conv = graph_.node(readers[0]);
    if (!suits(*found.conv, concat.output(0))) return std::nullopt;
    for (const ValueId part : concat.inputs) {
      const auto cut = cutOf(part, found.slices);
      if (!cut || (!found.cuts.empty() && cut->root != found.cuts[0].root)) return std::nullopt;
      found.cuts.push_back(*cut);
    }
    return found;
  }

 private:
  bool seen(ValueId id) const { return graph_.isOutput(id) || options_.observeAll || options_.observe.contains(id); }

  std::optional<Dims> dimsOf(ValueId id) const {
    const auto& shape = graph_.value(id).shape;
    return shape ? shape->concrete() : std::nullopt;
  }

  bool suits(const Node& conv, ValueId x) const {
    const Tensor* W = graph_.initializer(conv.input(1));
    if (conv.opType != "Conv" || !conv.domain.empty() || conv.input(0) != x || W == nullptr || W->rank() != rank || W->dtype() != DType::f32) return false;
    const auto all = [&](const char* name, std::int64_t wanted) {
      return !conv.attributes.has(name) || std::ranges::all_of(conv.attributes.getInts(name), [&](std::int64_t value) { return value == wanted; });
    };
    return conv.attributes.getInt("group", 1) == 1 && all("dilations", 1) && conv.attributes.getString("auto_pad", "NOTSET") == "NOTSET";
  }

  std::optional<std::int64_t> constantInt(ValueId id) const {
    const Tensor* tensor = graph_.initializer(id);
    const auto values = tensor != nullptr ? toInts(*tensor) : Result<std::vector<std::int64_t>>(unsupported("not constant"));
    return values.ok() && values->size() == 1 ? std::optional((*values)[0]) : std::nullopt;
  }

  /// Follows the slices, one axis each, back to the image.
  std::optional<Cut> cutOf(ValueId part, std::set<NodeId>& slices) const {
    Cut cut;
    bool done[2] = {false, false};
    for (int i = 0; i < 2; ++i) {
      const Node* slice = graph_.node(graph_.producer(part));
      if (slice == nullptr || slice->opType != "Slice" || !slice->domain.empty() || slice->inputs.size() != 5 || seen(part)) return std::nullopt;
      const auto first = constantInt(slice->input(1)), axis = constantInt(slice->input(3)), step = constantInt(slice->input(4));
      const auto from = dimsOf(slice->input(0)), to = dimsOf(part);
      if (!first || !axis || step != 2 || !from || !to || from->size() != rank || (*axis != 2 && *axis != 3)) return std::nullopt;
      const auto spatial = static_cast<std::size_t>(*axis - 2), index = static_cast<std::size_t>(*axis);
      // As many as half of an even extent: the slice goes to the end.
      if (done[spatial] || (*first != 0 && *first != 1) || (*from)[index] % 2 != 0 || (*to)[index] * 2 != (*from)[index]) return std::nullopt;
      done[spatial] = true;
      cut.first[spatial] = *first;
      slices.insert(slice->id);
      part = slice->input(0);
    }
    cut.root = part;
    return cut;
  }

  const Graph& graph_;
  const CompileOptions& options_;
};

/// The weights [M, parts * C, k, k] as those of a kernel [M, C, 2k, 2k] on the image.
Tensor spread(const Tensor& W, const std::vector<Cut>& cuts) {
  const std::int64_t filters = W.dim(0), parts = static_cast<std::int64_t>(cuts.size()), channels = W.dim(1) / parts, height = W.dim(2), width = W.dim(3);
  Tensor out = Tensor::zeros(DType::f32, {filters, channels, 2 * height, 2 * width});
  const auto from = W.data<float>();
  const std::span<float> to = out.mutableData<float>();
  std::size_t next = 0;
  for (std::int64_t m = 0; m < filters; ++m)
    for (std::int64_t p = 0; p < parts; ++p)
      for (std::int64_t c = 0; c < channels; ++c)
        for (std::int64_t i = 0; i < height; ++i)
          for (std::int64_t j = 0; j < width; ++j) {
            const Cut& cut = cuts[static_cast<std::size_t>(p)];
            const std::int64_t row = 2 * i + cut.first[0], column = 2 * j + cut.first[1];
            to[static_cast<std::size_t>(((m * channels + c) * 2 * height + row) * 2 * width + column)] += from[next++];
          }
  return out;
}

void doubleAll(Node& conv, const char* name, std::int64_t otherwise, std::size_t count) {
  std::vector<std::int64_t> values = conv.attributes.has(name) ? conv.attributes.getInts(name) : std::vector<std::int64_t>(count, otherwise);
  for (std::int64_t& value : values) value *= 2;
  conv.attributes.set(name, values);
}

/// Slices whose results only nodes that are gone read.
std::vector<NodeId> unread(const Graph& graph, const Pattern& found) {
  std::vector<NodeId> gone{found.concat};
  for (bool more = true; more;) {
    more = false;
    for (const NodeId id : found.slices) {
      if (std::ranges::find(gone, id) != gone.end()) continue;
      const std::vector<NodeId> readers = graph.consumers(graph.node(id)->output(0));
      if (!std::ranges::all_of(readers, [&](NodeId reader) { return std::ranges::find(gone, reader) != gone.end(); })) continue;
      gone.push_back(id);
      more = true;
    }
  }
  return gone;
}

}  // namespace

Result<Absorbed> absorbSlices(Absorbed absorbed, const CompileOptions& options) {
  const Graph graph = absorbed.graph;
  const Finder finder(graph, options);
  GraphEdit edit(graph);
  bool changed = false;
  for (const Node& node : graph.nodes()) {
    const std::optional<Pattern> found = finder.find(node);
    if (!found) continue;
    const Tensor& W = *graph.initializer(found->conv->input(1));
    if (W.dim(1) % static_cast<std::int64_t>(found->cuts.size()) != 0) continue;
    Node& conv = edit.mutableNode(found->conv->id);
    conv.inputs[0] = found->cuts[0].root;
    conv.inputs[1] = edit.addInitializer(edit.freshValueName("spread"), spread(W, found->cuts));
    doubleAll(conv, "strides", 1, 2);
    doubleAll(conv, "pads", 0, 4);
    conv.attributes.set("kernel_shape", std::vector<std::int64_t>{2 * W.dim(2), 2 * W.dim(3)});
    const std::vector<NodeId> gone = unread(graph, *found);
    std::vector<NodeId>& into = absorbed.into[found->conv->id];
    into.insert(into.end(), gone.begin(), gone.end());
    edit.removeNodes(gone);
    changed = true;
  }
  if (!changed) return absorbed;
  EW_ASSIGN(absorbed.graph, std::move(edit).apply());
  return absorbed;
}

}  // namespace ew::cpu
