// SPDX-License-Identifier: Apache-2.0
#include "core/run/bodies.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/graph/graph_edit.h"
#include "core/graph/subgraphs.h"

namespace ew {
namespace {

/// As many as a Runtime keeps.
constexpr std::size_t maxCompiled = 4;

/// Hands on the wish to stop alone: ids of values and nodes in a body mean nothing outside.
class InnerObserver final : public Observer {
 public:
  explicit InnerObserver(const Observer& outer) : outer_(outer) {}
  bool cancelled() const override { return outer_.cancelled(); }

 private:
  const Observer& outer_;
};

/// What the file declares inside a body may hold for the first pass of a loop alone; types and shapes follow from the inputs.
void forgetDeclared(GraphEdit& edit) {
  for (std::size_t i = 0; i < edit.graph().valueCount(); ++i) {
    const auto id = static_cast<ValueId>(i);
    if (edit.graph().value(id).id == kNone || edit.graph().initializer(id) != nullptr) continue;
    edit.mutableValue(id).dtype = DType::none;
    edit.mutableValue(id).shape.reset();
  }
}

}  // namespace

Result<Body> Body::create(const Graph& outer, const Subgraph& subgraph, std::span<const ValueId> captures,
                          const CompileOptions& options, const BodyBackends& backends) {
  Body body;
  GraphEdit edit(subgraph.graph);
  forgetDeclared(edit);
  body.formalInputs_ = subgraph.formalInputs();
  const auto& all = subgraph.graph.inputs();
  std::vector<ValueId> inputs(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(body.formalInputs_));
  for (std::size_t i = 0; i < captures.size(); ++i) {
    const ValueId inside = all[body.formalInputs_ + i];
    if (const Tensor* constant = outer.initializer(captures[i])) {
      edit.setInitializer(inside, *constant);
    } else {
      inputs.push_back(inside);
      body.captured_.push_back(captures[i]);
    }
  }
  edit.setInputs(std::move(inputs));
  EW_ASSIGN(body.graph_, std::move(edit).apply());
  body.options_ = options;
  body.options_.observe.clear();
  body.options_.layerPrecision.clear();  // ids of the graph around it
  body.options_.observeAll = false;
  body.backends_ = backends;
  EW_ASSIGN(body.reference_, makeReferenceExecutable(body.graph_, body.options_, backends));
  return body;
}

/// Whether runtime_ takes these inputs, which it is made for when they are among the first.
Result<bool> Body::compiledFor(const std::vector<Tensor>& inputs) {
  if (backends_.wanted->id() == "reference") return false;
  Types types;
  for (const Tensor& input : inputs) types.emplace_back(input.dtype(), input.dims());
  if (std::ranges::find(known_, types) != known_.end()) return true;
  if (known_.size() >= maxCompiled || !std::ranges::all_of(inputs, [](const Tensor& input) { return input.present(); }))
    return false;
  if (runtime_ == nullptr) {
    GraphEdit edit(graph_);
    for (std::size_t i = 0; i < inputs.size(); ++i) edit.mutableValue(graph_.inputs()[i]).dtype = inputs[i].dtype();
    EW_ASSIGN(Runtime runtime, Runtime::create(*std::move(edit).apply(), backends_, options_));
    runtime_ = std::make_shared<Runtime>(std::move(runtime));
  }
  for (std::size_t i = 0; i < inputs.size(); ++i)
    if (runtime_->graph().value(runtime_->graph().inputs()[i]).dtype != inputs[i].dtype()) return false;
  known_.push_back(std::move(types));
  return true;
}

Result<std::vector<Tensor>> Body::run(std::span<const Tensor> formalInputs, const ValueTable& outerValues, Observer& observer) {
  if (observer.cancelled()) return cancelledError();
  if (formalInputs.size() != formalInputs_)
    return invalid("the graph takes " + std::to_string(formalInputs_) + " inputs, not " + std::to_string(formalInputs.size()));
  std::vector<Tensor> inputs(formalInputs.begin(), formalInputs.end());
  for (const ValueId id : captured_) inputs.push_back(outerValues.get(id));
  InnerObserver inner(observer);
  EW_ASSIGN(const bool compiled, compiledFor(inputs));
  return compiled ? runtime_->run(inputs, inner) : reference_->run(inputs, inner);
}

Result<Bodies> makeBodies(const Graph& graph, const Node& node, const CompileOptions& options, const BodyBackends& backends) {
  Bodies bodies;
  for (const SubgraphUse& use : subgraphsOf(node)) {
    const std::string attribute(use.attribute);
    EW_ASSIGN_AT(Body body, Body::create(graph, *use.subgraph, use.captures, options, backends), attribute);
    bodies.emplace(attribute, std::move(body));
  }
  return bodies;
}

Result<std::vector<Tensor>> BodyRunner::run(const std::string& attribute, std::span<const Tensor> inputs) {
  const auto body = bodies_.find(attribute);
  if (body == bodies_.end()) return invalid("is missing or no graph").at("attribute " + inQuotes(attribute));
  Result<std::vector<Tensor>> outputs = body->second.run(inputs, values_, observer_);
  if (!outputs.ok()) return std::move(outputs).error().at(attribute);
  return outputs;
}

}  // namespace ew
