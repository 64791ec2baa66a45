// SPDX-License-Identifier: Apache-2.0
#include <omp.h>

#include <limits>

#include "accel/cpu/kernels/sparse.h"
#include "accel/cpu/memory_plan.h"
#include "core/run/plan.h"
#include "core/run/runtime.h"

namespace ew::cpu {
namespace {

/// A group compiled as a program of its own.
struct Trial {
  Graph graph;
  std::vector<Tensor> inputs;
  std::vector<Step> steps;
  std::unique_ptr<Storage> storage;

  void run() {
    const int threads = omp_get_max_threads();
    for (const Step& step : steps) {
      if (step.helper) continue;
      omp_set_num_threads(step.threads);
      if (!step.kernel->run(*storage).ok()) break;
    }
    omp_set_num_threads(threads);
  }
};

Result<std::shared_ptr<Trial>> trialOf(const Builder& builder, const Group& group, Factory dense) {
  std::vector<NodeId> nodes{group.anchor->id};
  for (const Node* node : group.fused) nodes.push_back(node->id);
  auto trial = std::make_shared<Trial>();
  EW_ASSIGN(trial->graph, extract(builder.graph(), nodes));
  Builder alone(trial->graph, builder.options());
  alone.setPrefersBlocks(builder.prefersBlocks());
  alone.setLastUses(std::vector<std::size_t>(trial->graph.valueCount(), std::numeric_limits<std::size_t>::max()));
  EW_ASSIGN(const bool taken, dense(alone, group));
  if (!taken) return unsupported("no dense kernel");
  EW_ASSIGN(const ArenaPlan plan, planMemory(alone.slots()));
  trial->storage = std::make_unique<Storage>(std::move(alone.slots()), plan.arenaBytes);
  trial->steps = std::move(alone.steps());
  for (const Step& step : trial->steps) step.kernel->bind(*trial->storage);
  EW_ASSIGN(trial->inputs, syntheticInputs(trial->graph, 1, 1));
  EW_TRY(trial->storage->begin(trial->inputs));
  // Once in full, so that the kernels read what the inputs become.
  for (const Step& step : trial->steps) EW_TRY(step.kernel->run(*trial->storage));
  return trial;
}

}  // namespace

std::function<void()> denseAlone(const Builder& builder, const Group& group, Factory dense) {
  try {
    Result<std::shared_ptr<Trial>> trial = trialOf(builder, group, dense);
    if (!trial.ok()) return {};
    return [trial = *trial] { trial->run(); };
  } catch (const dnnl::error&) {
    return {};
  }
}

}  // namespace ew::cpu
