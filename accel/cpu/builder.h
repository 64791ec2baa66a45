// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "accel/cpu/bf16.h"
#include "accel/cpu/constant_cache.h"
#include "accel/cpu/fusion.h"
#include "accel/cpu/kernel.h"

namespace ew::cpu {

/// One piece of work in the finished program.
struct Step {
  std::unique_ptr<Kernel> kernel;
  bool helper = false;               ///< what the group's kernel needs before or after it: a change of layout, an activation
  std::size_t group = 0;             ///< index into Program::groups
  int threads = 1;                   ///< that it was made for
  std::vector<SlotId> reads, writes;
};

/// Where a value lies, and how.
struct Placed {
  SlotId slot = kNoSlot;
  Desc desc;              ///< empty when oneDNN does not know the type: then row-major
  bool dynamic = false;   ///< its shape is known only when it has been computed
};

/// Lays out a program step by step: the kernels' factories ask it where values lie, in which layout they want them,
/// and hand it the work. Values lie in the layout that their producer prefers; a change of layout is a step of its
/// own, made once for each layout that somebody wants.
class Builder {
 public:
  Builder(const Graph& graph, const CompileOptions& options);

  const Graph& graph() const { return graph_; }
  const CompileOptions& options() const { return options_; }

  // Facts.
  bool isStatic(ValueId id) const;                 ///< shape known, nothing empty, type known to oneDNN
  DType dtype(ValueId id) const { return graph_.value(id).dtype; }
  Dims dims(ValueId id) const;                     ///< of a value with known shape
  /// The content of a constant, valid until the group is laid out: what must stay is copied (a Tensor shares its bytes).
  const Tensor* constant(ValueId id) const;

  /// Whether convolutions should use layouts with blocks of channels rather than channels innermost: both are fast, but
  /// Winograd's algorithm knows only the former, and a change of layout between layers costs more than it gains.
  bool prefersBlocks() const { return prefersBlocks_; }
  void setPrefersBlocks(bool prefers) { prefersBlocks_ = prefers; }

  /// Layers that compute in bfloat16.
  const Bf16Plan& bf16() const { return bf16_; }
  void setBf16(Bf16Plan plan) { bf16_ = std::move(plan); }

  // Reading.
  const Placed& placed(ValueId id);                ///< as the producer left it; constants row-major
  SlotId read(ValueId id, const Desc& desc);       ///< in this layout
  SlotId readPlain(ValueId id);                    ///< row-major
  /// Whether the bytes at `slot` (holding `id`) may be overwritten by the current node.
  bool mayOverwrite(ValueId id, SlotId slot) const;

  // Writing. Each value is written once.
  SlotId write(ValueId id, const Desc& desc);
  SlotId writePlain(ValueId id);
  SlotId writeDynamic(ValueId id);
  /// `id` gets the bytes of `slot`, in this layout: reshapes and work in place.
  void writeOver(ValueId id, const Desc& desc, SlotId slot);
  /// Memory for the steps that are given this slot.
  SlotId scratch(std::size_t bytes);
  /// A slot of `bytes` inside `whole`, for views.
  SlotId partOf(SlotId whole, std::size_t offset, std::size_t bytes);
  /// `part` becomes the piece of `whole` at `offset` bytes. Only where mayBecomePart() says yes.
  void makePart(SlotId part, SlotId whole, std::size_t offset);
  bool mayBecomePart(ValueId id, SlotId slot) const;

  // Constants.
  SlotId addConstant(Tensor tensor);               ///< row-major bytes, shared with the tensor
  /// The tensor's elements (row-major as `from`) in another layout; the work is done now.
  SlotId packConstant(const Tensor& tensor, const Desc& from, const Desc& to);
  /// `bytes` that `fill(source, to)` makes from a constant, shared with every executable of this process that needs the
  /// same. `key` says everything that they depend on, the kernel's name first. `to` is zero and starts at a cache line.
  SlotId packConstant(const std::string& key, const Tensor& source, std::size_t bytes,
                      const std::function<void(const Tensor&, std::byte*)>& fill);
  /// What `make` computes from constants (packed weights, tables), shared with every executable of this process that needs
  /// the same. `key` says everything else that it depends on, the kernel's name first; the result is never changed.
  /// `make` gives a std::shared_ptr<const T> and `bytes(const T&)` how much memory it takes. The executable
  /// holds it too, since what nobody holds is found again only by comparing contents.
  template <class T, class Make, class Bytes>
  std::shared_ptr<const T> derived(const std::string& key, const std::vector<Tensor>& sources, Make make, Bytes bytes) const {
    held_.push_back(ConstantCache::ofProcess().get(key, asStored(sources), [&]() -> MadeConstant {
      const std::shared_ptr<const T> made = make();
      return {made, bytes(*made)};
    }));
    return std::static_pointer_cast<const T>(held_.back());
  }
  /// Bytes of something derived as a slot; `owner` keeps them.
  SlotId addConstant(const std::byte* bytes, std::size_t count, std::shared_ptr<const void> owner);
  /// The same elements in aligned memory that may be dropped after use: bytes() of a mapped tensor would keep an aligned
  /// copy for as long as the model lives. For reading weights once, to pack them.
  static Tensor aligned(const Tensor& tensor);

  // Work.
  void add(std::unique_ptr<Kernel> kernel, std::vector<SlotId> reads, std::vector<SlotId> writes, bool helper = false);
  /// A oneDNN primitive: its arguments are also what it reads and writes; a scratchpad is added when it wants one.
  void add(dnnl::primitive primitive, const Desc& scratchpad, std::string name, std::vector<DnnlArg> args,
           bool helper = false);
  void addReorder(SlotId from, const Desc& fromDesc, SlotId to, const Desc& toDesc);

  // For the compiler.
  void begin(std::size_t group, std::size_t order) { group_ = group; order_ = order; }
  /// Lets go of what reading the mapped weights of a group brought into memory, except what a slot still shows.
  void closeConstants();
  void setLastUses(std::vector<std::size_t> uses) { lastUse_ = std::move(uses); }
  std::vector<Step>& steps() { return steps_; }
  std::vector<Slot>& slots() { return slots_; }
  std::vector<std::shared_ptr<const void>>& held() { return held_; }
  const std::map<ValueId, Placed>& placements() const { return placed_; }
  /// What lies at `slot` now is handed out once the steps so far have run.
  void readAfterSteps(SlotId slot);

 private:
  Slot& slot(SlotId id) { return slots_[static_cast<std::size_t>(id)]; }
  const Slot& slot(SlotId id) const { return slots_[static_cast<std::size_t>(id)]; }
  SlotId newSlot(Slot slot);
  SlotId rootOf(SlotId id) const;
  void touch(SlotId id, int step);

  /// The same constants as the graph has them: whoever keeps these keeps no aligned copies.
  std::vector<Tensor> asStored(const std::vector<Tensor>& tensors) const;

  struct Copy { Desc desc; SlotId slot; };

  const Graph& graph_;
  const CompileOptions& options_;
  std::map<ValueId, Placed> placed_;
  std::map<ValueId, std::vector<Copy>> copies_;   ///< the same value in other layouts
  std::vector<Slot> slots_;
  std::map<SlotId, std::vector<ValueId>> residents_;  ///< values that lie in a root slot
  std::vector<Step> steps_;
  mutable std::map<ValueId, Tensor> opened_;      ///< mapped constants of the current group, aligned by themselves
  mutable std::vector<std::shared_ptr<const void>> held_;  ///< everything derived
  std::set<const void*> shownConstants_;          ///< storage of constants that slots show as they are
  std::vector<std::size_t> lastUse_;              ///< by value: order of the last node that reads it
  std::size_t group_ = 0, order_ = 0;
  bool prefersBlocks_ = false;
  Bf16Plan bf16_;
};

}  // namespace ew::cpu
