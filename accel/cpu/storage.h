// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <oneapi/dnnl/dnnl.hpp>
#include <optional>
#include <span>
#include <vector>

#include "core/tensor/tensor.h"

namespace ew::cpu {

using SlotId = int;
inline constexpr SlotId kNoSlot = -1;

/// Where bytes lie during a run.
enum class SlotKind {
  Arena,     ///< part of the one block that the memory plan laid out
  Constant,  ///< weights and whatever else compile() prepared
  Input,     ///< a tensor of the caller
  Output,    ///< a tensor made anew for each run, given to the caller
  Dynamic,   ///< a tensor that reference code made
  Part,      ///< a piece of another slot
};

struct Slot {
  SlotKind kind = SlotKind::Arena;
  std::size_t bytes = 0;
  SlotId parent = kNoSlot;           ///< of a Part
  std::size_t offset = 0;            ///< in the parent (Part) or in the arena (Arena, set by the memory plan)
  const std::byte* constant = nullptr;
  std::shared_ptr<const void> owner; ///< of `constant`
  std::size_t input = 0;             ///< index of an Input
  DType dtype = DType::none;         ///< of an Output's tensor
  Dims dims;
  int firstStep = -1, lastStep = -1; ///< steps that touch it; the plan's lifetimes
  bool shared = false;               ///< several values lie here: nobody may write over it
};

/// The memory of one executable: every slot's address.
class Storage {
 public:
  /// Slots must be final; allocates the arena.
  Storage(std::vector<Slot> slots, std::size_t arenaBytes);

  /// Makes the inputs (which must stay until end()) and fresh outputs known for one run.
  Status begin(std::span<const Tensor> inputs);
  /// Lets go of what belongs to the run.
  void end();

  std::byte* at(SlotId slot) const { return addresses_[static_cast<std::size_t>(slot)]; }
  template <class T>
  T* as(SlotId slot) const { return reinterpret_cast<T*>(at(slot)); }
  const Slot& slot(SlotId id) const { return slots_[static_cast<std::size_t>(id)]; }
  /// The slot that really holds the bytes.
  SlotId root(SlotId id) const;
  /// Whether the address is the same in every run.
  bool fixed(SlotId id) const;

  /// The slot's content as a tensor without a copy; valid until something else is written there. Without `dims` the slot
  /// is Dynamic and has its own.
  Result<Tensor> tensor(SlotId id, DType dtype, const std::optional<Dims>& dims) const;
  /// The same as a tensor that stays: a copy wherever a later step could write. When the run has `finished`, an Output
  /// is handed over as it is.
  Result<Tensor> keptTensor(SlotId id, DType dtype, const std::optional<Dims>& dims, bool finished) const;
  /// Puts a tensor that reference code made into a Dynamic slot. Bytes that a later step could write
  /// over are copied first.
  Status setDynamic(SlotId id, Tensor tensor);
  void release(SlotId id);

  dnnl::stream& stream() { return stream_; }
  std::size_t arenaBytes() const { return arenaBytes_; }

 private:
  /// Whether a later step could write there.
  bool mayBeWritten(const void* address) const;
  void resolve(const std::vector<SlotId>& parts);
  /// The tensor of a root slot; an absent one where it has none.
  const Tensor& held(SlotId id) const;

  std::vector<Slot> slots_;
  std::size_t arenaBytes_ = 0;
  std::shared_ptr<std::byte[]> arena_;
  std::vector<std::byte*> addresses_;
  std::vector<Tensor> tensors_;  ///< of Output and Dynamic slots
  std::span<const Tensor> inputs_;  ///< of the run, the caller's
  std::vector<SlotId> inputSlots_, outputSlots_, dynamicSlots_;
  std::vector<SlotId> movingParts_;  ///< Part slots whose address changes, parents before their parts
  dnnl::stream stream_;
};

}  // namespace ew::cpu
