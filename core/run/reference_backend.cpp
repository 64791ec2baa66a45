// SPDX-License-Identifier: Apache-2.0
#include "core/run/reference_backend.h"

#include <chrono>

#include "core/base/text.h"
#include "core/graph/subgraphs.h"
#include "core/ops/op.h"
#include "core/run/bodies.h"
#include "core/run/values.h"

namespace ew {
namespace {

using Clock = std::chrono::steady_clock;

class ReferenceExecutable final : public Executable {
 public:
  ReferenceExecutable(Graph graph, const CompileOptions& options)
      : graph_(std::move(graph)), options_(options), lastUses_(lastUses(graph_)) {}

  Status prepare(const BodyBackends& backends) {
    for (const Node& node : graph_.nodes()) {
      const std::string place = "node " + inQuotes(displayName(graph_, node));
      const ops::Lookup found = ops::findOp(graph_, node);
      if (found.def == nullptr) return unsupported(found.reason.text()).at(place);
      defs_.push_back(found.def);
      if (!hasSubgraphs(node)) continue;
      EW_ASSIGN_AT(bodies_[node.id], makeBodies(graph_, node, options_, backends), place);
    }
    return {};
  }

  const Graph& graph() const override { return graph_; }

  Result<std::vector<Tensor>> run(std::span<const Tensor> inputs, Observer& observer) override {
    ValueTable values(graph_);
    for (std::size_t i = 0; i < inputs.size(); ++i) values.set(graph_.inputs()[i], inputs[i]);
    for (std::size_t i = 0; i < graph_.nodes().size(); ++i) {
      const Node& node = graph_.nodes()[i];
      EW_TRY_AT(runNode(node, *defs_[i], values, observer), "node " + inQuotes(displayName(graph_, node)));
      for (const ValueId id : lastUses_[i]) values.release(id);
    }
    return values.take(graph_.outputs());
  }

 private:
  Status runNode(const Node& node, const ops::OpDef& def, ValueTable& values, Observer& observer) {
    const auto bodies = bodies_.find(node.id);
    BodyRunner runner(bodies == bodies_.end() ? none_ : bodies->second, values, observer);
    ops::ComputeContext context{node, graph_.opset(node.domain), {}, {}, &runner};
    context.outputs.resize(node.outputs.size());
    for (const ValueId id : node.inputs) context.inputs.push_back(id == kNone ? Tensor() : values.get(id));
    const Clock::time_point start = Clock::now();
    EW_TRY(ops::runCompute(def, context));
    if (observer.wantsTrace()) report(node, context, start, observer);
    for (std::size_t i = 0; i < node.outputs.size(); ++i) {
      const ValueId id = node.outputs[i];
      if (id == kNone) continue;
      const DType type = context.outputs[i].dtype();
      const bool isList = type == DType::sequence || type == DType::optional;
      if (!isList && (options_.observeAll || options_.observe.contains(id))) observer.onValue(id, context.outputs[i]);
      values.set(id, std::move(context.outputs[i]));
    }
    return {};
  }

  static void report(const Node& node, const ops::ComputeContext& context, Clock::time_point start, Observer& observer) {
    NodeTrace trace;
    trace.node = node.id;
    trace.backend = "reference";
    trace.kernel = "reference";
    trace.milliseconds = std::chrono::duration<double, std::milli>(Clock::now() - start).count();
    for (const Tensor& tensor : context.inputs) trace.bytes += tensor.byteSize();
    for (const Tensor& tensor : context.outputs) trace.bytes += tensor.byteSize();
    observer.onNode(trace);
  }

  Graph graph_;
  CompileOptions options_;
  std::vector<std::vector<ValueId>> lastUses_;
  std::vector<const ops::OpDef*> defs_;
  std::map<NodeId, Bodies> bodies_;
  Bodies none_;
};

/// The first operator that has no definition here, in the node itself or in the graphs inside it.
std::optional<Reason> firstUnknown(const Graph& graph, const Node& node) {
  ops::Lookup found = ops::findOp(graph, node);
  if (found.def == nullptr) return std::move(found.reason);
  for (const SubgraphUse& use : subgraphsOf(node))
    for (const Node& inner : use.subgraph->graph.nodes())
      if (auto reason = firstUnknown(use.subgraph->graph, inner)) {
        reason->detail += ", in " + std::string(use.attribute);
        return reason;
      }
  return std::nullopt;
}

class ReferenceBackend final : public Backend {
 public:
  std::string id() const override { return "reference"; }
  std::string description() const override { return "reference loops (the definition of every operator)"; }
  Status available() const override { return {}; }
  bool runsIntegers() const override { return false; }

  std::optional<Reason> refusal(const Graph& graph, const Node& node) const override {
    return firstUnknown(graph, node);
  }

  Result<std::unique_ptr<Executable>> compile(const Graph& graph, const CompileOptions& options,
                                              Progress&) const override {
    return makeReferenceExecutable(graph, options, {makeReferenceBackend(), makeReferenceBackend()});
  }
};

}  // namespace

std::shared_ptr<const Backend> makeReferenceBackend() {
  static const auto backend = std::make_shared<const ReferenceBackend>();
  return backend;
}

Result<std::unique_ptr<Executable>> makeReferenceExecutable(const Graph& graph, const CompileOptions& options,
                                                            const BodyBackends& bodies) {
  auto executable = std::make_unique<ReferenceExecutable>(graph, options);
  EW_TRY(executable->prepare(bodies));
  return std::unique_ptr<Executable>(std::move(executable));
}

}  // namespace ew
