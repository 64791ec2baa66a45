// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/storage.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <new>

#include "accel/cpu/dnnl_support.h"

namespace ew::cpu {
namespace {

constexpr std::align_val_t cacheLine{64};

std::shared_ptr<std::byte[]> alignedBlock(std::size_t bytes) {
  auto* block = static_cast<std::byte*>(::operator new[](std::max<std::size_t>(bytes, 1), cacheLine));
  std::memset(block, 0, bytes);
  return {block, [](std::byte* p) { ::operator delete[](p, cacheLine); }};
}

}  // namespace

Storage::Storage(std::vector<Slot> slots, std::size_t arenaBytes)
    : slots_(std::move(slots)), arenaBytes_(arenaBytes), arena_(alignedBlock(arenaBytes)), addresses_(slots_.size(), nullptr),
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

bool Storage::inArena(const void* address) const {
  const auto* p = static_cast<const std::byte*>(address);
  return std::less_equal<>()(arena_.get(), p) && std::less<>()(p, arena_.get() + arenaBytes_);
}

Result<Tensor> Storage::tensor(SlotId id, DType dtype, const std::optional<Dims>& dims) const {
  const SlotId holder = root(id);
  const Tensor& held = tensors_[static_cast<std::size_t>(holder)];
  if (held.present() && holder == id) return !dims || held.dims() == *dims ? held : held.reshaped(*dims);
  return Tensor::view(dtype, *dims, {at(id), packedBytes(dtype, elementCount(*dims))}, arena_);
}

Result<Tensor> Storage::keptTensor(SlotId id, DType dtype, const std::optional<Dims>& dims, bool finished) const {
  EW_ASSIGN(Tensor view, tensor(id, dtype, dims));
  const SlotKind kind = slot(root(id)).kind;
  const bool stays = kind == SlotKind::Input || kind == SlotKind::Dynamic || (kind == SlotKind::Output && finished);
  if (stays && view.storage() == tensors_[static_cast<std::size_t>(root(id))].storage()) return view;
  EW_ASSIGN(Tensor copy, Tensor::create(dtype, view.dims()));
  if (view.byteSize() > 0) std::memcpy(copy.mutableBytes().data(), view.bytes().data(), view.byteSize());
  return copy;
}

Status Storage::setDynamic(SlotId id, Tensor tensor) {
  if (tensor.byteSize() > 0 && inArena(tensor.storage())) {
    EW_ASSIGN(Tensor copy, Tensor::create(tensor.dtype(), tensor.dims()));
    std::memcpy(copy.mutableBytes().data(), tensor.bytes().data(), tensor.byteSize());
    tensor = std::move(copy);
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
