// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/storage.h"

#include <algorithm>
#include <cstring>
#include <functional>

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
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    const Slot& slot = slots_[i];
    if (slot.kind == SlotKind::Arena) addresses_[i] = arena_.get() + slot.offset;
    // oneDNN's arguments are not const; no kernel writes to a constant.
    if (slot.kind == SlotKind::Constant) addresses_[i] = const_cast<std::byte*>(slot.constant);
    if (slot.kind == SlotKind::Part) parts_.push_back(static_cast<SlotId>(i));
  }
  // A part may be made before its parent, so depth decides the order.
  const auto depth = [&](SlotId id) {
    int levels = 0;
    for (; slot(id).kind == SlotKind::Part; id = slot(id).parent) ++levels;
    return levels;
  };
  std::stable_sort(parts_.begin(), parts_.end(), [&](SlotId a, SlotId b) { return depth(a) < depth(b); });
  resolveParts();
}

void Storage::resolveParts() {
  for (const SlotId id : parts_) {
    std::byte* const base = at(slot(id).parent);
    addresses_[static_cast<std::size_t>(id)] = base == nullptr ? nullptr : base + slot(id).offset;
  }
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
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    const Slot& slot = slots_[i];
    if (slot.kind == SlotKind::Input) {
      tensors_[i] = inputs[slot.input];
      addresses_[i] = const_cast<std::byte*>(tensors_[i].bytes().data());
    } else if (slot.kind == SlotKind::Output) {
      EW_ASSIGN(tensors_[i], Tensor::create(slot.dtype, slot.dims));
      addresses_[i] = tensors_[i].mutableBytes().data();
    }
  }
  resolveParts();
  return {};
}

void Storage::end() {
  for (Tensor& tensor : tensors_) tensor = Tensor();
}

bool Storage::mayBeWritten(const void* address) const {
  const auto* p = static_cast<const std::byte*>(address);
  const auto inside = [p](const std::byte* begin, std::size_t bytes) { return std::less_equal<>()(begin, p) && std::less<>()(p, begin + bytes); };
  if (inside(arena_.get(), arenaBytes_)) return true;
  for (std::size_t i = 0; i < slots_.size(); ++i)
    if (slots_[i].kind == SlotKind::Output && inside(addresses_[i], tensors_[i].byteSize())) return true;
  return false;
}

Result<Tensor> Storage::tensor(SlotId id, DType dtype, const std::optional<Dims>& dims) const {
  const SlotId holder = root(id);
  const Tensor& held = tensors_[static_cast<std::size_t>(holder)];
  if (holder == id && (held.present() || !dims)) return !dims || held.dims() == *dims ? held : held.reshaped(*dims);
  const std::span<const std::byte> bytes{at(id), packedBytes(dtype, elementCount(*dims))};
  if (held.present()) return Tensor::view(dtype, *dims, bytes, std::make_shared<const Tensor>(held));
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
  resolveParts();
  return {};
}

void Storage::release(SlotId id) {
  if (slot(id).kind == SlotKind::Dynamic) tensors_[static_cast<std::size_t>(id)] = Tensor();
}

}  // namespace ew::cpu
