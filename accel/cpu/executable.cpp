// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/executable.h"

#include <algorithm>
#include <chrono>
#include <new>

#include "accel/cpu/absorb_pads.h"
#include "accel/cpu/fold_constants.h"
#include "accel/cpu/parallel.h"
#include "accel/cpu/program.h"
#include "accel/cpu/tuning.h"
#include "accel/cpu/turns.h"
#include "core/base/text.h"
#include "core/run/threads.h"

namespace ew::cpu {
namespace {

using Clock = std::chrono::steady_clock;

class CpuExecutable final : public Executable {
 public:
  CpuExecutable(Absorbed absorbed, std::map<ValueId, Tensor> computed, const CompileOptions& options)
      : graph_(std::move(absorbed.graph)), absorbed_(std::move(absorbed.into)), computed_(std::move(computed)), options_(options) {}

  Status compile(Progress& progress) {
    const ThreadScope threads(usedThreads(options_.threads));
    EW_ASSIGN(program_, compileProgram(graph_, computed_, options_, progress));
    for (GroupInfo& group : program_.groups)
      if (const auto it = absorbed_.find(group.node); it != absorbed_.end()) group.fused.insert(group.fused.end(), it->second.begin(), it->second.end());
    storage_ = std::make_unique<Storage>(program_.slots, program_.memory.arenaBytes);
    for (const Step& step : program_.steps) {
      step.kernel->bind(*storage_);
      threads_ = std::max(threads_, step.threads);
    }
    for (const ValueId id : graph_.inputs()) {
      const auto& shape = graph_.value(id).shape;
      inputDims_.push_back(shape ? shape->concrete() : std::nullopt);
    }
    return {};
  }

  const Graph& graph() const override { return graph_; }
  const MemoryPlan* memoryPlan() const override { return &program_.memory; }

  Result<std::vector<Tensor>> run(std::span<const Tensor> inputs, Observer& observer) override {
    EW_TRY(checkInputs(inputs));
    const ThreadScope threads(0);
    try {
      Result<std::vector<Tensor>> outputs = runGroups(inputs, observer);
      storage_->end();
      return outputs;
    } catch (const std::bad_alloc&) {
      storage_->end();
      return limitReached("out of memory");
    }
  }

 private:
  /// Kernels trust the sizes that they were compiled for.
  Status checkInputs(std::span<const Tensor> inputs) const {
    if (inputs.size() != inputDims_.size()) return invalid("wrong number of inputs");
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      const Value& value = graph().value(graph().inputs()[i]);
      const std::optional<Dims>& dims = inputDims_[i];
      if ((value.dtype != DType::none && inputs[i].dtype() != value.dtype) || (dims && inputs[i].dims() != *dims))
        return invalid("compiled for " + std::string(dtypeName(value.dtype)) + " " + (dims ? dimsText(*dims) : "?") + ", got " +
                       std::string(dtypeName(inputs[i].dtype())) + " " + dimsText(inputs[i].dims()))
            .at("input " + inQuotes(value.name));
    }
    return {};
  }

  Result<std::vector<Tensor>> runGroups(std::span<const Tensor> inputs, Observer& observer) {
    EW_TRY(storage_->begin(inputs));
    for (const Seen& value : program_.constants) observer.onValue(value.value, value.constant);
    const bool trace = observer.wantsTrace();
    Turn turn(Processors::ofMachine(), threads_);
    for (const GroupInfo& group : program_.groups) {
      turn.next();
      const Clock::time_point start = trace ? Clock::now() : Clock::time_point();
      for (std::size_t i = group.firstStep; i < group.endStep; ++i) EW_TRY_AT(runStep(program_.steps[i]), place(group));
      if (trace || !group.observed.empty()) {
        turn.pause();
        if (trace) report(group, start, observer);
        EW_TRY(showValues(group, observer));
      }
      for (const SlotId id : group.release) storage_->release(id);
    }
    return takeOutputs();
  }

  Status showValues(const GroupInfo& group, Observer& observer) const {
    for (const Seen& value : group.observed) {
      EW_ASSIGN(const Tensor tensor, storage_->keptTensor(value.slot, value.dtype, value.dims, false));
      observer.onValue(value.value, tensor);
    }
    return {};
  }

  Result<std::vector<Tensor>> takeOutputs() const {
    std::vector<Tensor> outputs;
    outputs.reserve(program_.outputs.size());
    for (const Seen& output : program_.outputs) {
      if (output.slot == kNoSlot) {
        outputs.push_back(output.constant);
        continue;
      }
      EW_ASSIGN(Tensor tensor, storage_->keptTensor(output.slot, output.dtype, output.dims, true));
      outputs.push_back(std::move(tensor));
    }
    return outputs;
  }

  Status runStep(const Step& step) {
    omp_set_num_threads(step.threads);
    try {
      return step.kernel->run(*storage_);
    } catch (const dnnl::error& error) {
      return dnnlError(error);
    } catch (const std::bad_alloc&) {
      return limitReached("out of memory");
    }
  }

  std::string place(const GroupInfo& group) const {
    const Node* node = graph().node(group.node);
    return "node " + inQuotes(displayName(graph(), *node));
  }

  static void report(const GroupInfo& group, Clock::time_point start, Observer& observer) {
    NodeTrace entry;
    entry.node = group.node;
    entry.fused = group.fused;
    entry.backend = "cpu";
    entry.kernel = group.kernel;
    entry.milliseconds = std::chrono::duration<double, std::milli>(Clock::now() - start).count();
    entry.bytes = group.bytes;
    observer.onNode(entry);
  }

  Graph graph_;
  std::map<NodeId, std::vector<NodeId>> absorbed_;
  std::map<ValueId, Tensor> computed_;
  CompileOptions options_;
  Program program_;
  std::unique_ptr<Storage> storage_;
  std::vector<std::optional<Dims>> inputDims_;
  int threads_ = 1;  ///< the most that a step uses
};

}  // namespace

Result<std::unique_ptr<Executable>> makeExecutable(const Graph& graph, const CompileOptions& options, Progress& progress) {
  EW_ASSIGN(Folded folded, foldConstants(graph));
  EW_ASSIGN(Absorbed absorbed, absorbPads(folded.graph, options));
  auto executable = std::make_unique<CpuExecutable>(std::move(absorbed), std::move(folded.computed), options);
  try {
    EW_TRY(executable->compile(progress));
    rememberTimes();
  } catch (const dnnl::error& error) {
    return dnnlError(error);
  } catch (const std::bad_alloc&) {
    return limitReached("out of memory");
  }
  return std::unique_ptr<Executable>(std::move(executable));
}

}  // namespace ew::cpu
