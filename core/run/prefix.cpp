// SPDX-License-Identifier: Apache-2.0
#include "core/run/prefix.h"

#include <algorithm>

#include "core/base/sha256.h"
#include "core/onnx/functions.h"
#include "core/onnx/versions.h"
#include "core/ops/infer.h"
#include "core/run/plan.h"
#include "core/run/reference_backend.h"
#include "core/run/values.h"

namespace ew {
namespace {

constexpr std::size_t keptParts = 12;

bool isTensor(const Tensor& value) { return value.dtype() != DType::sequence && value.dtype() != DType::optional; }

/// Of the elements, also where they are texts or tensors.
std::size_t heldBytes(const Tensor& value) {
  std::size_t bytes = value.byteSize();
  if (!isTensor(value))
    for (const Tensor& item : value.items()) bytes += sizeof(Tensor) + heldBytes(item);
  if (value.dtype() == DType::string)
    for (const std::string& text : value.stringData()) bytes += sizeof(std::string) + text.size();
  return bytes;
}

}  // namespace

const Tensor* TensorCache::get(const std::string& key) {
  const auto it = places_.find(key);
  if (it == places_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, it->second);
  return &entries_.front().second;
}

void TensorCache::put(const std::string& key, Tensor tensor) {
  const std::size_t bytes = heldBytes(tensor);
  if (bytes > limit_ || get(key) != nullptr) return;
  bytes_ += bytes;
  entries_.emplace_front(key, std::move(tensor));
  places_[key] = entries_.begin();
  while (bytes_ > limit_) {
    bytes_ -= heldBytes(entries_.back().second);
    places_.erase(entries_.back().first);
    entries_.pop_back();
  }
}

class PrefixRunner::Model {
 public:
  Plan plan;
  std::vector<std::string> fingerprints;  ///< by value
  std::set<std::string> computed;         ///< those of nodes' outputs
  std::vector<Dims> inputDims;

  const std::string& of(ValueId id) const { return fingerprints[static_cast<std::size_t>(id)]; }
};

/// Nodes of a model, compiled. What goes in and out is known by fingerprints, so that it serves other models too.
struct PrefixRunner::Part {
  std::string key;
  std::vector<std::unique_ptr<Executable>> segments;
  std::map<ValueId, std::string> names;  ///< of what passes in, out and between segments
  std::int64_t nodes = 0;
};

/// Values of one run, by fingerprint.
struct PrefixRunner::Work {
  std::string inputs;  ///< fingerprint of the model's inputs; empty: values cannot be kept
  std::map<std::string, Tensor> values;
  std::string keyOf(const std::string& value) const { return inputs + " " + value; }
};

PrefixRunner::PrefixRunner(BodyBackends backends, CompileOptions options, std::size_t limitBytes)
    : backends_(std::move(backends)), options_(std::move(options)), kept_(limitBytes) {}
PrefixRunner::PrefixRunner(PrefixRunner&&) noexcept = default;
PrefixRunner& PrefixRunner::operator=(PrefixRunner&&) noexcept = default;
PrefixRunner::~PrefixRunner() = default;

Result<PrefixRunner> PrefixRunner::create(const BackendSet& backends, const std::string& backendId, CompileOptions options, std::size_t limitBytes) {
  EW_ASSIGN(auto backend, backends.get(backendId));
  options.observeAll = false;
  options.observe.clear();
  return PrefixRunner(BodyBackends{std::move(backend), backends.fallback()}, std::move(options), limitBytes);
}

Result<std::shared_ptr<const PrefixRunner::Model>> PrefixRunner::prepare(const Graph& given, std::span<const Tensor> inputs) {
  EW_TRY(onnx::requireKnownVersions(given.info()));
  EW_ASSIGN(const Graph graph, onnx::expandFunctions(given, onnx::OtherVersions::Run));
  EW_TRY(ops::requireSupported(graph));
  if (inputs.size() != graph.inputs().size())
    return invalid("the model has " + std::to_string(graph.inputs().size()) + " inputs, " + std::to_string(inputs.size()) + " were given");
  auto model = std::make_shared<Model>();
  ops::InferOptions inferOptions;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    model->inputDims.push_back(inputs[i].dims());
    if (isTensor(inputs[i])) inferOptions.inputShapes[graph.value(graph.inputs()[i]).name] = inputs[i].dims();
  }
  EW_ASSIGN(const ops::Inference inference, ops::inferShapes(graph, inferOptions));
  EW_ASSIGN(model->plan, makePlan(inference.graph, *backends_.wanted, *backends_.fallback, options_));
  model->fingerprints = fingerprints_.of(model->plan.graph);
  for (const Node& node : model->plan.graph.nodes())
    for (const ValueId id : node.outputs)
      if (id != kNone) model->computed.insert(model->of(id));
  return std::shared_ptr<const Model>(std::move(model));
}

/// Which nodes a part has, and what of them is read outside it.
std::string PrefixRunner::keyOf(const Model& model, const std::set<NodeId>& nodes) {
  const Graph& graph = model.plan.graph;
  std::string all;
  for (const Node& node : graph.nodes()) {
    if (!nodes.contains(node.id)) continue;
    for (const ValueId id : node.outputs) {
      if (id == kNone) continue;
      const std::vector<NodeId> readers = graph.consumers(id);
      const bool leaves = graph.isOutput(id) || std::any_of(readers.begin(), readers.end(), [&](NodeId reader) { return !nodes.contains(reader); });
      all += model.of(id) + (leaves ? " leaves " : " ");
    }
  }
  return sha256(all);
}

Result<std::shared_ptr<PrefixRunner::Part>> PrefixRunner::partOf(const Model& model, const std::set<NodeId>& nodes) {
  const std::string key = keyOf(model, nodes);
  const auto known = std::find_if(parts_.begin(), parts_.end(), [&](const auto& part) { return part->key == key; });
  if (known != parts_.end()) {
    parts_.splice(parts_.begin(), parts_, known);
    return parts_.front();
  }
  auto part = std::make_shared<Part>();
  part->key = key;
  part->nodes = static_cast<std::int64_t>(nodes.size());
  NoProgress progress;
  for (const Segment& segment : model.plan.segments) {
    std::vector<NodeId> inside;
    std::copy_if(segment.nodes.begin(), segment.nodes.end(), std::back_inserter(inside), [&](NodeId id) { return nodes.contains(id); });
    if (inside.empty()) continue;
    EW_ASSIGN(const Graph graph, extract(model.plan.graph, inside));
    if (segment.backend == "reference") {
      EW_ASSIGN(auto executable, makeReferenceExecutable(graph, options_, backends_));
      part->segments.push_back(std::move(executable));
    } else {
      EW_ASSIGN(auto executable, (segment.backend == backends_.wanted->id() ? *backends_.wanted : *backends_.fallback).compile(graph, options_, progress));
      part->segments.push_back(std::move(executable));
    }
    for (const auto* ids : {&part->segments.back()->graph().inputs(), &part->segments.back()->graph().outputs()})
      for (const ValueId id : *ids) part->names[id] = model.of(id);
  }
  ++counters_.compilations;
  parts_.push_front(part);
  if (parts_.size() > keptParts) parts_.pop_back();
  return part;
}

Status PrefixRunner::runPart(Part& part, Work& work, Observer& observer) {
  for (const std::unique_ptr<Executable>& segment : part.segments) {
    if (observer.cancelled()) return cancelledError();
    std::vector<Tensor> inputs;
    for (const ValueId id : segment->graph().inputs()) inputs.push_back(work.values[part.names.at(id)]);
    EW_ASSIGN(std::vector<Tensor> outputs, segment->run(inputs, observer));
    for (std::size_t i = 0; i < outputs.size(); ++i) work.values[part.names.at(segment->graph().outputs()[i])] = std::move(outputs[i]);
  }
  counters_.lastRun += part.nodes;
  return {};
}

/// Nodes that no other model has had.
std::set<NodeId> PrefixRunner::changedNodes(const Model& model) const {
  std::set<NodeId> out;
  const auto known = [&](const std::string& value) {
    for (const Model* other : {first_.get(), last_.get(), before_.get()})
      if (other != nullptr && other != &model && other->computed.contains(value)) return true;
    return false;
  };
  for (const Node& node : model.plan.graph.nodes()) {
    const bool same = std::all_of(node.outputs.begin(), node.outputs.end(), [&](ValueId id) { return id == kNone || known(model.of(id)); });
    if (!same) out.insert(node.id);
  }
  return out;
}

/// What changed nodes and the model's outputs need of the others.
std::vector<ValueId> PrefixRunner::frontier(const Model& model, const std::set<NodeId>& changed) const {
  const Graph& graph = model.plan.graph;
  std::set<ValueId> out;
  const auto need = [&](ValueId id) {
    if (id != kNone && graph.producer(id) != kNone && !changed.contains(graph.producer(id))) out.insert(id);
  };
  for (const Node& node : graph.nodes()) {
    if (!changed.contains(node.id)) continue;
    for (const ValueId id : node.inputs) need(id);
    for (const ValueId id : node.captures) need(id);
  }
  for (const ValueId id : graph.outputs()) need(id);
  return {out.begin(), out.end()};
}

/// Brings the values of the frontier into `work`: kept ones, and others computed from what is kept. False when they would
/// not fit, so that nothing would be gained.
Result<bool> PrefixRunner::makeFrontier(const Model& model, const std::vector<ValueId>& frontier, Work& work, Observer& observer) {
  const Graph& graph = model.plan.graph;
  std::uint64_t bytes = 0;
  for (const ValueId id : frontier) bytes += valueBytes(graph, id);
  if (bytes > kept_.limit()) return false;
  std::set<NodeId> missing;
  std::vector<ValueId> wanted = frontier;
  while (!wanted.empty()) {
    const ValueId id = wanted.back();
    wanted.pop_back();
    if (id == kNone || graph.producer(id) == kNone || missing.contains(graph.producer(id)) || work.values.contains(model.of(id))) continue;
    if (const Tensor* tensor = kept_.get(work.keyOf(model.of(id)))) {
      work.values[model.of(id)] = *tensor;
      continue;
    }
    const Node& node = *graph.node(graph.producer(id));
    missing.insert(node.id);
    wanted.insert(wanted.end(), node.inputs.begin(), node.inputs.end());
    wanted.insert(wanted.end(), node.captures.begin(), node.captures.end());
  }
  if (missing.empty()) return true;
  EW_ASSIGN(const std::shared_ptr<Part> part, partOf(model, missing));
  EW_TRY(runPart(*part, work, observer));
  for (const ValueId id : frontier) kept_.put(work.keyOf(model.of(id)), work.values[model.of(id)]);
  return true;
}

void PrefixRunner::remember(const std::shared_ptr<const Model>& model) {
  if (first_ == nullptr) first_ = model;
  if (last_ == model) return;
  before_ = last_;
  last_ = model;
}

Result<std::vector<Tensor>> PrefixRunner::run(const std::shared_ptr<const Model>& model, std::span<const Tensor> inputs, Observer& observer) {
  const Graph& graph = model->plan.graph;
  bool fits = inputs.size() == model->inputDims.size();
  for (std::size_t i = 0; fits && i < inputs.size(); ++i) fits = inputs[i].dims() == model->inputDims[i];
  if (!fits) return invalid("the model was made ready for other input shapes");
  Work work{fingerprintOf(inputs), {}};
  for (std::size_t i = 0; i < inputs.size(); ++i) work.values[model->of(graph.inputs()[i])] = inputs[i];
  counters_.lastRun = 0;
  std::set<NodeId> changed = changedNodes(*model);
  const auto all = static_cast<std::int64_t>(graph.nodes().size());
  bool split = !work.inputs.empty() && std::ssize(changed) < all;
  if (split) {
    EW_ASSIGN(split, makeFrontier(*model, frontier(*model, changed), work, observer));
  }
  if (!split)
    for (const Node& node : graph.nodes()) changed.insert(node.id);
  if (!changed.empty()) {
    EW_ASSIGN(const std::shared_ptr<Part> part, partOf(*model, changed));
    EW_TRY(runPart(*part, work, observer));
  }
  remember(model);
  ++counters_.runs;
  counters_.lastSkipped = all - counters_.lastRun;
  counters_.nodesRun += counters_.lastRun;
  counters_.nodesSkipped += counters_.lastSkipped;
  std::vector<Tensor> outputs;
  for (const ValueId id : graph.outputs()) outputs.push_back(graph.initializer(id) != nullptr ? *graph.initializer(id) : work.values[model->of(id)]);
  return outputs;
}

Result<std::vector<Tensor>> PrefixRunner::run(const Graph& graph, std::span<const Tensor> inputs) {
  EW_ASSIGN(const std::shared_ptr<const Model> model, prepare(graph, inputs));
  Observer silent;
  return run(model, inputs, silent);
}

}  // namespace ew
