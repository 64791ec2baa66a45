// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/storage.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <iterator>

#include "accel/cpu/block.h"
#include "accel/cpu/dnnl_support.h"

namespace ew::cpu {
namespace {

Result<Tensor> copied(const Tensor& tensor) {
  EW_ASSIGN(Tensor copy, Tensor::create(tensor.dtype(), tensor.dims()));
  if (tensor.byteSize() > 0) std::memcpy(copy.mutableBytes().data(), tensor.bytes().data(), tensor.byteSize());
  return copy;
}

}  // namespace

Storage::Storage(std::vector<Slot> slots, std::size_t arenaBytes)
    : slots_(std::move(slots)), arenaBytes_(arenaBytes), arena_(makeBlock(arenaBytes)), addresses_(slots_.size(), nullptr),
      tensors_(slots_.size()), stream_(engine()) {
  std::vector<SlotId> parts;
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    const Slot& slot = slots_[i];
    const auto id = static_cast<SlotId>(i);
    switch (slot.kind) {
      case SlotKind::Arena: addresses_[i] = arena_.get() + slot.offset; break;
      // oneDNN's arguments are not const; no kernel writes to a constant.
      case SlotKind::Constant: addresses_[i] = const_cast<std::byte*>(slot.constant); break;
      case SlotKind::Input: inputSlots_.push_back(id); break;
      case SlotKind::Output: outputSlots_.push_back(id); break;
      case SlotKind::Dynamic: dynamicSlots_.push_back(id); break;
      case SlotKind::Part: parts.push_back(id); break;
    }
  }
  // A part may be made before its parent, so depth decides the order.
  const auto depth = [&](SlotId id) {
    int levels = 0;
    for (; slot(id).kind == SlotKind::Part; id = slot(id).parent) ++levels;
    return levels;
  };
  std::stable_sort(parts.begin(), parts.end(), [&](SlotId a, SlotId b) { return depth(a) < depth(b); });
  resolve(parts);
  std::copy_if(parts.begin(), parts.end(), std::back_inserter(movingParts_), [&](SlotId id) { return !fixed(id); });
}

void Storage::resolve(const std::vector<SlotId>& parts) {
  for (const SlotId id : parts) {
    std::byte* const base = at(slot(id).parent);
    addresses_[static_cast<std::size_t>(id)] = base == nullptr ? nullptr : base + slot(id).offset;
  }
}

const Tensor& Storage::held(SlotId id) const {
  const Slot& holder = slot(id);
  return holder.kind == SlotKind::Input && holder.input < inputs_.size() ? inputs_[holder.input] : tensors_[static_cast<std::size_t>(id)];
}

SlotId Storage::root(SlotId id) const {
  while (slot(id).kind == SlotKind::Part) id = slot(id).parent;
  return id;
}

bool Storage::fixed(SlotId id) const {
  const SlotKind kind = slot(root(id)).kind;
  return kind == SlotKind::Arena || kind == SlotKind::Constant;
}

Status Storage::begin(std::span<const Tensor> inputs) {
  inputs_ = inputs;
  for (const SlotId id : inputSlots_) addresses_[static_cast<std::size_t>(id)] = const_cast<std::byte*>(held(id).bytes().data());
  for (const SlotId id : outputSlots_) {
    Tensor& made = tensors_[static_cast<std::size_t>(id)];
    EW_ASSIGN(made, Tensor::create(slot(id).dtype, slot(id).dims));
    addresses_[static_cast<std::size_t>(id)] = made.mutableBytes().data();
  }
  resolve(movingParts_);
  return {};
}

void Storage::end() {
  inputs_ = {};
  for (const SlotId id : outputSlots_) tensors_[static_cast<std::size_t>(id)] = Tensor();
  for (const SlotId id : dynamicSlots_) tensors_[static_cast<std::size_t>(id)] = Tensor();
}

bool Storage::mayBeWritten(const void* address) const {
  const auto* p = static_cast<const std::byte*>(address);
  const auto inside = [p](const std::byte* begin, std::size_t bytes) { return std::less_equal<>()(begin, p) && std::less<>()(p, begin + bytes); };
  if (inside(arena_.get(), arenaBytes_)) return true;
  return std::any_of(outputSlots_.begin(), outputSlots_.end(), [&](SlotId id) { return inside(at(id), tensors_[static_cast<std::size_t>(id)].byteSize()); });
}

Result<Tensor> Storage::tensor(SlotId id, DType dtype, const std::optional<Dims>& dims) const {
  const SlotId holder = root(id);
  const Tensor& whole = held(holder);
  if (holder == id && (whole.present() || !dims)) return !dims || whole.dims() == *dims ? whole : whole.reshaped(*dims);
  const std::span<const std::byte> bytes{at(id), packedBytes(dtype, elementCount(*dims))};
  if (whole.present()) return Tensor::view(dtype, *dims, bytes, std::make_shared<const Tensor>(whole));
  return Tensor::view(dtype, *dims, bytes, arena_);
}

Result<Tensor> Storage::keptTensor(SlotId id, DType dtype, const std::optional<Dims>& dims, bool finished) const {
  EW_ASSIGN(Tensor view, tensor(id, dtype, dims));
  const SlotKind kind = slot(id).kind;
  if (kind == SlotKind::Input || kind == SlotKind::Dynamic || (kind == SlotKind::Output && finished)) return view;
  return copied(view);
}

Status Storage::setDynamic(SlotId id, Tensor tensor) {
  if (tensor.byteSize() > 0 && mayBeWritten(tensor.storage())) {
    EW_ASSIGN(tensor, copied(tensor));
  }
  const auto index = static_cast<std::size_t>(id);
  tensors_[index] = std::move(tensor);
  addresses_[index] = const_cast<std::byte*>(tensors_[index].bytes().data());
  resolve(movingParts_);
  return {};
}

void Storage::release(SlotId id) {
  if (slot(id).kind == SlotKind::Dynamic) tensors_[static_cast<std::size_t>(id)] = Tensor();
}

}  // namespace ew::cpu
