// SPDX-License-Identifier: Apache-2.0
#include "core/ops/infer.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/graph/graph_edit.h"
#include "core/ops/cost.h"

namespace ew::ops {
namespace {

constexpr std::int64_t maxFoldedElements = 4096;
constexpr std::int64_t maxFoldedWork = std::int64_t{1} << 24;       // of one node
constexpr std::int64_t maxFoldedWorkOfAll = std::int64_t{1} << 30;  // what a file full of such nodes may cost
constexpr std::size_t maxWarnings = 100;

std::string place(const Graph& graph, const Node& node) {
  return "node " + inQuotes(displayName(graph, node)) + " (" + escapeControl(node.opType) + ")";
}

class Inferer {
 public:
  Inferer(const Graph& graph, const InferOptions& options) : edit_(graph), options_(options) {}

  Result<Inference> run() {
    for (const auto& [id, tensor] : graph().initializers()) {
      edit_.mutableValue(id).dtype = tensor.dtype();
      edit_.mutableValue(id).shape = tensor.shape();
    }
    bindings_ = options_.bindings;
    for (const ValueId id : graph().inputs()) EW_TRY_AT(bindInput(edit_.mutableValue(id)), "input " + inQuotes(graph().value(id).name));
    for (const Node& node : graph().nodes()) EW_TRY_AT(visit(node), place(graph(), node));
    return Inference{edit_.graph(), std::move(constants_), std::move(warnings_)};
  }

 private:
  const Graph& graph() const { return edit_.graph(); }

  void warn(std::string text) {
    if (warnings_.size() < maxWarnings) warnings_.push_back(std::move(text));
    else if (warnings_.size() == maxWarnings) warnings_.push_back("further warnings are not shown");
  }

  Status bindInput(Value& value) {
    if (const auto given = options_.inputShapes.find(value.name); given != options_.inputShapes.end()) return bindWhole(value, given->second);
    if (!value.shape) return {};
    for (std::size_t axis = 0; axis < value.shape->rank(); ++axis) {
      Dim& dim = (*value.shape)[axis];
      if (dim.known()) continue;
      const auto byAxis = bindings_.find(value.name + ":" + std::to_string(axis));
      const auto bySymbol = bindings_.find(dim.symbol);
      const std::string symbol = dim.symbol;
      if (byAxis != bindings_.end()) dim = Dim(byAxis->second);
      else if (!symbol.empty() && bySymbol != bindings_.end()) dim = Dim(bySymbol->second);
      else if (options_.dynamicDefault > 0) dim = Dim(options_.dynamicDefault);
      else continue;
      if (!dim.known()) return invalid("extent " + std::to_string(dim.extent) + " for dimension " + std::to_string(axis) + " is negative");
      remember(symbol, dim.extent);
    }
    return {};
  }

  Status bindWhole(Value& value, const Dims& dims) {
    for (const std::int64_t extent : dims)
      if (extent < 0) return invalid("negative extent in " + dimsText(dims));
    if (value.shape) {
      bool fits = value.shape->rank() == dims.size();
      for (std::size_t axis = 0; fits && axis < dims.size(); ++axis) {
        const Dim& declared = (*value.shape)[axis];
        fits = !declared.known() || declared.extent == dims[axis];
        if (!declared.known()) remember(declared.symbol, dims[axis]);
      }
      if (!fits) return invalid("the model takes " + value.shape->text() + ", not " + dimsText(dims));
    }
    value.shape = Shape(dims);
    return {};
  }

  /// A symbol that two inputs give different extents says nothing about further values.
  void remember(const std::string& symbol, std::int64_t extent) {
    if (symbol.empty()) return;
    const auto [it, isNew] = bindings_.emplace(symbol, extent);
    if (!isNew && it->second != extent && !options_.bindings.contains(symbol)) it->second = -1;
  }

  ValueFacts factsOf(ValueId id) const {
    ValueFacts facts;
    if (id == kNone) return facts;
    facts.dtype = graph().value(id).dtype;
    facts.shape = graph().value(id).shape;
    facts.constant = graph().initializer(id);
    if (const auto it = constants_.find(id); it != constants_.end()) facts.constant = &it->second;
    if (const auto it = elements_.find(id); it != elements_.end()) facts.elements = &it->second;
    return facts;
  }

  Status visit(const Node& node) {
    InferContext context{node, graph().opset(node.domain), {}, std::vector<InferContext::Output>(node.outputs.size())};
    const Lookup found = findOp(graph(), node);
    if (found.def != nullptr) {
      for (const ValueId id : node.inputs) context.inputs.push_back(factsOf(id));
      if (Status status = runInfer(*found.def, context); !status.ok()) {
        if (status.error().code != ErrorCode::Unsupported) return status;
        warn(place(graph(), node) + " could not be inferred: " + status.error().message);
      }
    }
    for (std::size_t i = 0; i < node.outputs.size(); ++i)
      if (node.outputs[i] != kNone) EW_TRY(record(node.outputs[i], context.outputs[i]));
    if (found.def != nullptr) fold(*found.def, node, context);
    return {};
  }

  Status record(ValueId id, InferContext::Output& found) {
    Value& value = edit_.mutableValue(id);
    if (found.dtype != DType::none) {
      if (value.dtype != DType::none && value.dtype != found.dtype)
        warn("value " + inQuotes(value.name) + " is declared " + std::string(dtypeName(value.dtype)) + " but is " + std::string(dtypeName(found.dtype)));
      value.dtype = found.dtype;
    }
    if (value.shape) bindDeclared(*value.shape);
    if (found.shape) {
      for (const Dim& dim : found.shape->dims())
        if (dim.extent < -1) return invalid("output " + inQuotes(value.name) + " would have the shape " + found.shape->text());
      value.shape = joined(value, *found.shape);
    }
    if (found.elements) recordElements(id, std::move(*found.elements));
    return {};
  }

  void bindDeclared(Shape& shape) const {
    for (std::size_t axis = 0; axis < shape.rank(); ++axis) {
      if (shape[axis].known()) continue;
      const auto it = bindings_.find(shape[axis].symbol);
      if (it != bindings_.end() && it->second >= 0) shape[axis] = Dim(it->second);
    }
  }

  /// What was inferred, completed by what the file declares where inference could not tell.
  Shape joined(const Value& declared, const Shape& inferred) {
    if (!declared.shape) return inferred;
    bool differs = declared.shape->rank() != inferred.rank();
    Shape out = inferred;
    for (std::size_t axis = 0; !differs && axis < out.rank(); ++axis) {
      const Dim& said = (*declared.shape)[axis];
      if (!out[axis].known() && (said.known() || out[axis].symbol.empty())) out[axis] = said;
      differs = said.known() && out[axis].extent != said.extent;
    }
    if (!differs) return out;
    warn("value " + inQuotes(declared.name) + " is declared " + declared.shape->text() + " but is " + inferred.text());
    return inferred;
  }

  void recordElements(ValueId id, std::vector<Dim> elements) {
    const Value& value = graph().value(id);
    const auto count = value.shape ? value.shape->elements() : std::nullopt;
    if (!count || *count != static_cast<std::int64_t>(elements.size()) || *count > maxFoldedElements) return;
    const bool known = std::all_of(elements.begin(), elements.end(), [](const Dim& dim) { return dim.known(); });
    if (known && value.dtype == DType::i64) {
      Tensor tensor = Tensor::zeros(DType::i64, *value.shape->concrete());
      std::ranges::transform(elements, tensor.mutableData<std::int64_t>().begin(), [](const Dim& dim) { return dim.extent; });
      constants_.insert_or_assign(id, std::move(tensor));
    }
    elements_.insert_or_assign(id, std::move(elements));
  }

  bool foldable(const OpDef& def, const Node& node, const InferContext& context) const {
    if (!def.deterministic || def.compute == nullptr || !node.captures.empty()) return false;
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      if (node.inputs[i] == kNone) continue;
      const Tensor* constant = context.inputs[i].constant;
      if (constant == nullptr || constant->size() > maxFoldedElements) return false;
    }
    for (const ValueId id : node.outputs) {
      if (id == kNone) continue;
      if (constants_.contains(id)) return false;
      const std::optional<Shape>& shape = graph().value(id).shape;
      // Operators whose output extents depend on content (NonZero, Compress, Unique) give no more than they got.
      if (shape && shape->known() && (!shape->elements() || *shape->elements() > maxFoldedElements)) return false;
    }
    const Cost cost = costOf(graph(), node);
    return cost.macs <= maxFoldedWork && cost.flops <= maxFoldedWork && foldedWork_ <= maxFoldedWorkOfAll;
  }

  void fold(const OpDef& def, const Node& node, const InferContext& context) {
    if (!foldable(def, node, context)) return;
    const Cost cost = costOf(graph(), node);
    foldedWork_ += cost.macs + cost.flops + maxFoldedElements;
    ComputeContext compute{node, context.opset, {}, std::vector<Tensor>(node.outputs.size())};
    for (std::size_t i = 0; i < node.inputs.size(); ++i)
      compute.inputs.push_back(node.inputs[i] == kNone ? Tensor() : *context.inputs[i].constant);
    // What cannot be computed now gives its error when the model runs.
    if (!runCompute(def, compute).ok()) return;
    for (std::size_t i = 0; i < node.outputs.size(); ++i) {
      const Tensor& tensor = compute.outputs[i];
      if (node.outputs[i] == kNone || !tensor.present() || tensor.size() > maxFoldedElements) continue;
      edit_.mutableValue(node.outputs[i]).dtype = tensor.dtype();
      edit_.mutableValue(node.outputs[i]).shape = tensor.shape();
      constants_.insert_or_assign(node.outputs[i], tensor);
    }
  }

  GraphEdit edit_;
  const InferOptions& options_;
  std::map<std::string, std::int64_t> bindings_;  ///< the caller's, and what they and inputShapes say of symbols
  std::map<ValueId, Tensor> constants_;
  std::map<ValueId, std::vector<Dim>> elements_;
  std::vector<std::string> warnings_;
  std::int64_t foldedWork_ = 0;
};

std::optional<Dims> concreteDims(const Graph& graph, ValueId id) {
  if (id == kNone) return Dims();
  if (const Tensor* constant = graph.initializer(id)) return constant->dims();
  const std::optional<Shape>& shape = graph.value(id).shape;
  return shape ? shape->concrete() : std::nullopt;
}

}  // namespace

Result<Inference> inferShapes(const Graph& graph, const InferOptions& options) { return Inferer(graph, options).run(); }

std::vector<Refusal> findUnsupported(const Graph& graph) {
  std::vector<Refusal> out;
  for (const Node& node : graph.nodes())
    if (Lookup found = findOp(graph, node); found.def == nullptr) out.push_back({node.id, std::move(found.reason)});
  return out;
}

Status requireSupported(const Graph& graph) {
  constexpr std::size_t shown = 3;
  const std::vector<Refusal> refused = findUnsupported(graph);
  if (refused.empty()) return {};
  std::string text;
  for (std::size_t i = 0; i < std::min(shown, refused.size()); ++i)
    text += (i == 0 ? "" : "; ") + place(graph, *graph.node(refused[i].node)) + ": " + refused[i].reason.text();
  if (refused.size() > shown) text += "; and " + std::to_string(refused.size() - shown) + " more nodes";
  return unsupported(std::move(text));
}

Cost costOf(const Graph& inferred, const Node& node) {
  const Lookup found = findOp(inferred, node);
  if (found.def == nullptr) return {};
  std::vector<Dims> inputs, outputs;
  for (const ValueId id : node.inputs) {
    auto dims = concreteDims(inferred, id);
    if (!dims) return {};
    inputs.push_back(std::move(*dims));
  }
  for (const ValueId id : node.outputs) {
    auto dims = concreteDims(inferred, id);
    if (!dims) return {};
    outputs.push_back(std::move(*dims));
  }
  if (static_cast<std::size_t>(found.def->requiredInputs) > inputs.size() || outputs.empty()) return {};
  if (found.def->cost == nullptr) return {0, work(outputs[0])};
  return found.def->cost(node, inputs, outputs);
}

}  // namespace ew::ops
