// SPDX-License-Identifier: Apache-2.0
#include "core/run/runtime.h"

#include <algorithm>
#include <chrono>

#include "core/base/text.h"
#include "core/onnx/functions.h"
#include "core/onnx/versions.h"
#include "core/ops/infer.h"
#include "core/run/reference_backend.h"
#include "core/run/values.h"

namespace ew {
namespace {

constexpr std::size_t keptShapes = 4;

std::string backendNames(const std::vector<std::shared_ptr<const Backend>>& backends) {
  std::vector<std::string> names;
  for (const auto& backend : backends) names.push_back(backend->id());
  return join(names, ", ");
}

bool isTensor(const Tensor& value) { return value.dtype() != DType::sequence && value.dtype() != DType::optional; }

/// Names the input whose type or shape the model cannot take.
Status checkInputs(const Graph& graph, std::span<const Tensor> inputs) {
  if (inputs.size() != graph.inputs().size())
    return invalid("the model has " + std::to_string(graph.inputs().size()) + " inputs, " +
                   std::to_string(inputs.size()) + " were given");
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const Value& value = graph.value(graph.inputs()[i]);
    const auto place = [&] { return "input " + inQuotes(value.name); };
    if (value.dtype != DType::none && value.dtype != inputs[i].dtype())
      return invalid("takes " + std::string(dtypeName(value.dtype)) + ", not " + std::string(dtypeName(inputs[i].dtype()))).at(place());
    if (!value.shape || !isTensor(inputs[i])) continue;
    bool fits = value.shape->rank() == inputs[i].rank();
    for (std::size_t axis = 0; fits && axis < inputs[i].rank(); ++axis)
      fits = !(*value.shape)[axis].known() || (*value.shape)[axis].extent == inputs[i].dim(axis);
    if (!fits) return invalid("takes shape " + value.shape->text() + ", not " + dimsText(inputs[i].dims())).at(place());
  }
  return {};
}

}  // namespace

BackendSet::BackendSet() { backends_.push_back(makeReferenceBackend()); }

void BackendSet::add(std::shared_ptr<const Backend> backend) { backends_.push_back(std::move(backend)); }

Result<std::shared_ptr<const Backend>> BackendSet::get(const std::string& id) const {
  for (const auto& backend : backends_) {
    if (backend->id() != id) continue;
    EW_TRY_AT(backend->available(), "backend " + id);
    return backend;
  }
  return usageError("unknown backend " + inQuotes(id) + ": known are " + backendNames(backends_));
}

std::shared_ptr<const Backend> BackendSet::fallback() const {
  for (const auto& backend : backends_)
    if (backend->id() == "cpu") return backend;
  return backends_.front();
}

/// A model compiled for one combination of input shapes: its segments run one after the other.
struct Runtime::Compiled {
  std::vector<Dims> inputDims;
  Plan plan;
  std::vector<std::unique_ptr<Executable>> segments;
  /// Values that no later segment reads, by segment.
  std::vector<std::vector<ValueId>> release;
  bool isOne = false;  ///< one segment takes the model's inputs and gives its outputs as they are

  bool isFor(std::span<const Tensor> inputs) const {
    return std::equal(inputs.begin(), inputs.end(), inputDims.begin(), inputDims.end(), [](const Tensor& input, const Dims& dims) { return input.dims() == dims; });
  }

  Result<std::vector<Tensor>> run(std::span<const Tensor> inputs, Observer& observer) {
    if (isOne) {
      if (observer.cancelled()) return cancelledError();
      return segments[0]->run(inputs, observer);
    }
    ValueTable values(plan.graph);
    for (std::size_t i = 0; i < inputs.size(); ++i) values.set(plan.graph.inputs()[i], inputs[i]);
    for (std::size_t i = 0; i < segments.size(); ++i) {
      const Graph& part = segments[i]->graph();
      const std::vector<Tensor> partInputs = values.take(part.inputs());
      if (observer.cancelled()) return cancelledError();
      EW_ASSIGN(std::vector<Tensor> results, segments[i]->run(partInputs, observer));
      for (std::size_t k = 0; k < results.size(); ++k) values.set(part.outputs()[k], std::move(results[k]));
      for (const ValueId id : release[i]) values.release(id);
    }
    return values.take(plan.graph.outputs());
  }

  /// Frees what crosses between segments after its last reader.
  void planReleases() {
    isOne = segments.size() == 1 && segments[0]->graph().inputs() == plan.graph.inputs() && segments[0]->graph().outputs() == plan.graph.outputs();
    release.assign(segments.size(), {});
    std::map<ValueId, std::size_t> last;
    for (std::size_t i = 0; i < segments.size(); ++i)
      for (const ValueId id : segments[i]->graph().inputs()) last[id] = i;
    for (const auto& [id, segment] : last)
      if (!plan.graph.isOutput(id)) release[segment].push_back(id);
  }
};

Result<Runtime> Runtime::create(Graph graph, const BackendSet& backends, const std::string& backendId,
                                CompileOptions options) {
  EW_TRY(onnx::requireKnownVersions(graph.info()));
  EW_ASSIGN(graph, onnx::expandFunctions(graph, onnx::OtherVersions::Run));
  EW_TRY(ops::requireSupported(graph));
  EW_ASSIGN(auto backend, backends.get(backendId));
  return create(std::move(graph), BodyBackends{std::move(backend), backends.fallback()}, std::move(options));
}

Result<Runtime> Runtime::create(Graph graph, const BodyBackends& backends, CompileOptions options) {
  Runtime runtime;
  runtime.backend_ = backends.wanted;
  runtime.fallback_ = backends.fallback;
  runtime.graph_ = std::move(graph);
  runtime.options_ = std::move(options);
  return runtime;
}

Result<std::unique_ptr<Executable>> Runtime::compile(const std::string& backend, const Graph& part, Progress& progress) const {
  if (backend == "reference") return makeReferenceExecutable(part, options_, {backend_, fallback_});
  return (backend == backend_->id() ? *backend_ : *fallback_).compile(part, options_, progress);
}

Result<Runtime::Compiled*> Runtime::compiledFor(std::span<const Tensor> inputs, Progress& progress) {
  EW_TRY(checkInputs(graph_, inputs));
  const auto known = std::find_if(cache_.begin(), cache_.end(), [&](const auto& entry) { return entry->isFor(inputs); });
  if (known != cache_.end()) {
    std::rotate(cache_.begin(), known, known + 1);
    return cache_.front().get();
  }
  const auto start = std::chrono::steady_clock::now();
  std::vector<Dims> dims;
  for (const Tensor& input : inputs) dims.push_back(input.dims());
  ops::InferOptions inferOptions;
  for (std::size_t i = 0; i < inputs.size(); ++i)
    if (isTensor(inputs[i])) inferOptions.inputShapes[graph_.value(graph_.inputs()[i]).name] = dims[i];
  EW_ASSIGN(const ops::Inference inference, ops::inferShapes(graph_, inferOptions));
  auto compiled = std::make_shared<Compiled>();
  compiled->inputDims = std::move(dims);
  EW_ASSIGN(compiled->plan, makePlan(inference.graph, *backend_, *fallback_, options_));
  for (const Segment& segment : compiled->plan.segments) {
    EW_ASSIGN(const Graph part, extract(compiled->plan.graph, segment.nodes));
    EW_ASSIGN(auto executable, compile(segment.backend, part, progress));
    compiled->segments.push_back(std::move(executable));
    if (progress.cancelled()) return cancelledError();
  }
  compiled->planReleases();
  compileMs_ = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
  cache_.insert(cache_.begin(), std::move(compiled));
  if (cache_.size() > keptShapes) cache_.pop_back();
  return cache_.front().get();
}

Result<std::vector<Tensor>> Runtime::run(std::span<const Tensor> inputs, Observer& observer) {
  NoProgress progress;
  EW_ASSIGN(Compiled* const compiled, compiledFor(inputs, progress));
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const ValueId id = graph_.inputs()[i];
    if (isTensor(inputs[i]) && (options_.observeAll || options_.observe.contains(id))) observer.onValue(id, inputs[i]);
  }
  return compiled->run(inputs, observer);
}

Result<std::vector<Tensor>> Runtime::run(std::span<const Tensor> inputs) {
  Observer silent;
  return run(inputs, silent);
}

Status Runtime::prepare(std::span<const Tensor> inputs, Progress& progress) {
  EW_TRY(compiledFor(inputs, progress));
  return {};
}

std::vector<const MemoryPlan*> Runtime::memoryPlans() const {
  std::vector<const MemoryPlan*> out;
  if (cache_.empty()) return out;
  for (const auto& segment : cache_.front()->segments) out.push_back(segment->memoryPlan());
  return out;
}

const Plan* Runtime::plan() const { return cache_.empty() ? nullptr : &cache_.front()->plan; }

}  // namespace ew
