// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>

#include "accel/cpu/kernels/kernels.h"
#include "accel/cpu/memory_plan.h"
#include "accel/cpu/parallel.h"
#include "accel/cpu/program.h"
#include "core/base/text.h"
#include "core/ops/infer.h"
#include "core/run/values.h"

namespace ew::cpu {
namespace {

constexpr std::size_t never = std::numeric_limits<std::size_t>::max();

/// Read and written by a group, without what passes only inside it.
std::uint64_t groupBytes(const Graph& graph, const Group& group) {
  std::vector<const Node*> nodes{group.anchor};
  nodes.insert(nodes.end(), group.fused.begin(), group.fused.end());
  return bytesMoved(graph, nodes);
}

/// Waking threads that still spin costs about a microsecond, so small work gets few of them. Counts multiply-accumulates of float32; those of
/// bytes are about three times as fast.
std::int64_t workOf(const Graph& graph, const Group& group) {
  const auto cost = [&](const Node& node) {
    const ops::Cost c = ops::costOf(graph, node);
    const DType type = node.output(0) == kNone ? DType::none : graph.value(node.output(0)).dtype;
    const bool bytes = type == DType::u8 || type == DType::i8;
    return c.macs / (bytes ? 3 : 1) + c.flops / 4;
  };
  std::int64_t work = cost(*group.anchor);
  for (const Node* node : group.fused) work += cost(*node);
  return work;
}

class Compiler {
 public:
  Compiler(const Graph& graph, const CompileOptions& options) : graph_(graph), options_(options), builder_(graph, options) {
    for (std::size_t i = 0; i < graph.nodes().size(); ++i) order_[graph.nodes()[i].id] = i;
    std::vector<std::size_t> last(graph.valueCount(), 0);
    for (const Node& node : graph.nodes())
      for (const ValueId id : node.inputs)
        if (id != kNone) last[static_cast<std::size_t>(id)] = std::max(last[static_cast<std::size_t>(id)], order_[node.id]);
    for (const ValueId id : graph.outputs()) last[static_cast<std::size_t>(id)] = never;
    builder_.setLastUses(std::move(last));
  }

  Result<Program> compile(const std::map<ValueId, Tensor>& computed, Progress& progress) {
    const std::vector<Group> groups = fuse(graph_, options_);
    builder_.setBf16(planBf16(builder_, groups));
    const auto winograd = [&](const Group& group) {
      return group.anchor->opType == "Conv" && !builder_.bf16().layers.contains(group.anchor->id) && wantsWinograd(builder_, group);
    };
    builder_.setPrefersBlocks(std::any_of(groups.begin(), groups.end(), winograd));
    for (std::size_t i = 0; i < groups.size(); ++i) {
      if (progress.cancelled()) return cancelledError();
      progress.step(static_cast<std::int64_t>(i), static_cast<std::int64_t>(groups.size()), "compile");
      EW_TRY(addGroup(groups[i]));
      builder_.closeConstants();
    }
    addOutputs();
    for (const auto& [id, tensor] : computed)
      if (wantsToSee(id)) program_.constants.push_back({id, kNoSlot, tensor.dtype(), tensor.dims(), tensor});
    program_.steps = std::move(builder_.steps());
    program_.slots = std::move(builder_.slots());
    program_.held = std::move(builder_.held());
    EW_ASSIGN(const ArenaPlan arena, planMemory(program_.slots));
    describeMemory(arena);
    addReleases();
    return std::move(program_);
  }

 private:
  /// As one where a kernel takes it, else node by node.
  Status addGroup(const Group& group) {
    EW_TRY_AT(tryGroup(group), "node " + inQuotes(displayName(graph_, *group.anchor)));
    return {};
  }

  Status tryGroup(const Group& group) {
    begin(group);
    const ThreadScope threads(threadsFor(group));
    const Factory factory = kernelFor(group.anchor->opType, group.anchor->domain);
    bool done = false;
    if (factory != nullptr) {
      try {
        EW_ASSIGN(done, factory(builder_, group));
      } catch (const dnnl::error& error) {
        if (error.status != dnnl_unimplemented && error.status != dnnl_invalid_arguments) return dnnlError(error);
      }
    }
    if (!done && !group.single()) {
      EW_TRY(tryGroup(alone(*group.anchor)));
      for (const Node* node : group.fused) EW_TRY(addGroup(alone(*node)));
      return {};
    }
    if (!done) EW_TRY(addReference(builder_, *group.anchor));
    finish(group);
    return {};
  }

  int threadsFor(const Group& group) const {
    constexpr std::int64_t workForOne = 100'000;
    // oneDNN splits sums of these between threads, and their order would then depend on the number of threads.
    if (options_.reproducible && (group.anchor->opType == "Gemm" || group.anchor->opType == "MatMul")) return 1;
    return static_cast<int>(std::clamp<std::int64_t>(workOf(graph_, group) / workForOne, 1, omp_get_max_threads()));
  }

  static Group alone(const Node& node) {
    Group group;
    group.anchor = &node;
    return group;
  }

  void begin(const Group& group) {
    std::size_t order = order_[group.anchor->id];
    for (const Node* node : group.fused) order = std::max(order, order_[node->id]);
    builder_.begin(program_.groups.size(), order);
    firstStep_ = builder_.steps().size();
  }

  void finish(const Group& group) {
    GroupInfo info;
    info.node = group.anchor->id;
    for (const Node* node : group.fused) info.fused.push_back(node->id);
    const Node& last = group.single() ? *group.anchor : *group.fused.back();
    for (const ValueId id : last.outputs)
      if (id != kNone && wantsToSee(id)) info.observed.push_back(seen(id));
    info.bytes = groupBytes(graph_, group) - bytesSaved(builder_, group);
    info.firstStep = firstStep_;
    info.endStep = builder_.steps().size();
    info.kernel = "view";
    for (std::size_t i = info.firstStep; i < info.endStep; ++i)
      if (const Step& step = builder_.steps()[i]; !step.helper || info.kernel == "view") info.kernel = step.kernel->name();
    const auto& refused = builder_.bf16().refused;
    if (const auto it = refused.find(info.node); it != refused.end()) info.kernel += " (not bfloat16: " + it->second + ")";
    program_.groups.push_back(std::move(info));
  }

  bool wantsToSee(ValueId id) const { return options_.observeAll || options_.observe.contains(id); }

  /// The row-major form of a value, kept until now.
  Seen seen(ValueId id) {
    Seen out{id, builder_.readPlain(id), builder_.dtype(id), {}, {}};
    if (!builder_.placed(id).dynamic) out.dims = builder_.dims(id);
    builder_.readAfterSteps(out.slot);
    return out;
  }

  /// Outputs are written straight into the tensors that the caller gets, where layout and sharing allow.
  void addOutputs() {
    for (const ValueId id : graph_.outputs()) {
      if (const Tensor* constant = builder_.constant(id)) {
        program_.outputs.push_back({id, kNoSlot, constant->dtype(), constant->dims(), *constant});
        continue;
      }
      // A change of layout here belongs to nobody; it runs with the last group.
      Seen out = seen(id);
      Slot& slot = builder_.slots()[static_cast<std::size_t>(out.slot)];
      if (slot.kind == SlotKind::Arena && !slot.shared && out.dims) {
        slot.kind = SlotKind::Output;
        slot.dtype = out.dtype;
        slot.dims = *out.dims;
      }
      program_.outputs.push_back(std::move(out));
    }
    for (const Seen& output : program_.outputs)
      if (output.slot != kNoSlot) builder_.readAfterSteps(output.slot);
    if (!program_.groups.empty()) program_.groups.back().endStep = builder_.steps().size();
  }

  /// The plan as others see it.
  void describeMemory(const ArenaPlan& arena) {
    MemoryPlan& plan = program_.memory;
    plan.arenaBytes = arena.arenaBytes;
    plan.lowerBoundBytes = arena.lowerBoundBytes;
    plan.method = arena.method;
    std::map<SlotId, std::size_t> planned;
    for (std::size_t i = 0; i < program_.slots.size(); ++i) {
      const Slot& slot = program_.slots[i];
      if (slot.kind != SlotKind::Arena || slot.firstStep < 0) continue;
      planned[static_cast<SlotId>(i)] = plan.tensors.size();
      plan.tensors.push_back({{}, slot.bytes, slot.offset, static_cast<std::size_t>(slot.firstStep), static_cast<std::size_t>(slot.lastStep)});
    }
    const auto root = [&](SlotId id) {
      while (program_.slots[static_cast<std::size_t>(id)].kind == SlotKind::Part) id = program_.slots[static_cast<std::size_t>(id)].parent;
      return id;
    };
    const auto indices = [&](const std::vector<SlotId>& slots) {
      std::vector<std::size_t> out;
      for (const SlotId id : slots)
        if (const auto it = planned.find(root(id)); it != planned.end()) out.push_back(it->second);
      return out;
    };
    for (const Step& step : program_.steps) {
      plan.steps.push_back(program_.groups[step.group].node);
      plan.accesses.push_back({indices(step.reads), indices(step.writes)});
    }
    for (const auto& [value, place] : builder_.placements())
      if (const auto it = planned.find(root(place.slot)); it != planned.end()) plan.tensors[it->second].values.push_back(value);
  }

  bool isHandedOut(SlotId id) const {
    return std::any_of(program_.outputs.begin(), program_.outputs.end(), [&](const Seen& output) { return output.slot == id; });
  }

  void addReleases() {
    for (std::size_t i = 0; i < program_.slots.size(); ++i) {
      const Slot& slot = program_.slots[i];
      if (slot.kind != SlotKind::Dynamic || isHandedOut(static_cast<SlotId>(i))) continue;
      for (GroupInfo& group : program_.groups)
        if (slot.lastStep >= static_cast<int>(group.firstStep) && slot.lastStep < static_cast<int>(group.endStep))
          group.release.push_back(static_cast<SlotId>(i));
    }
  }

  const Graph& graph_;
  const CompileOptions& options_;
  Builder builder_;
  Program program_;
  std::map<NodeId, std::size_t> order_;
  std::size_t firstStep_ = 0;
};

}  // namespace

Result<Program> compileProgram(const Graph& graph, const std::map<ValueId, Tensor>& computed, const CompileOptions& options,
                               Progress& progress) {
  Compiler compiler(graph, options);
  return compiler.compile(computed, progress);
}

}  // namespace ew::cpu
