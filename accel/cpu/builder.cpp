// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/builder.h"

#include <omp.h>

#include <algorithm>
#include <cstring>

#include "accel/cpu/block.h"

namespace ew::cpu {

Builder::Builder(const Graph& graph, const CompileOptions& options) : graph_(graph), options_(options) {
  for (std::size_t i = 0; i < graph.inputs().size(); ++i) {
    const ValueId id = graph.inputs()[i];
    Slot input;
    input.kind = SlotKind::Input;
    input.input = i;
    Placed place;
    place.dynamic = !graph.value(id).shape || !graph.value(id).shape->known();
    if (!place.dynamic) input.bytes = packedBytes(dtype(id), elementCount(dims(id)));
    if (isStatic(id)) place.desc = plainDesc(dtype(id), dims(id));
    place.slot = newSlot(std::move(input));
    placed_[id] = place;
  }
}

bool Builder::isStatic(ValueId id) const {
  if (id == kNone) return false;
  const Value& value = graph_.value(id);
  if (!value.shape || !dnnlType(value.dtype) || value.shape->rank() > DNNL_MAX_NDIMS) return false;
  const auto it = placed_.find(id);
  if (it != placed_.end() && it->second.dynamic) return false;
  const auto elements = value.shape->elements();
  return elements && *elements > 0;
}

Dims Builder::dims(ValueId id) const { return *graph_.value(id).shape->concrete(); }

const Placed& Builder::placed(ValueId id) {
  const auto it = placed_.find(id);
  if (it != placed_.end()) return it->second;
  const Tensor& tensor = *constant(id);
  Placed place;
  if (dnnlType(tensor.dtype()) && tensor.size() > 0 && tensor.rank() <= DNNL_MAX_NDIMS)
    place.desc = plainDesc(tensor.dtype(), tensor.dims());
  place.slot = addConstant(tensor);
  return placed_[id] = place;
}

SlotId Builder::read(ValueId id, const Desc& desc) {
  const Placed place = placed(id);
  if (place.desc == desc) return place.slot;
  if (const Tensor* tensor = constant(id)) return packConstant(*tensor, place.desc, desc);
  std::vector<Copy>& copies = copies_[id];
  for (const Copy& copy : copies)
    if (copy.desc == desc) return copy.slot;
  Slot made;
  made.bytes = desc.get_size();
  const SlotId to = newSlot(std::move(made));
  residents_[to].push_back(id);
  addReorder(place.slot, place.desc, to, desc);
  copies.push_back({desc, to});
  return to;
}

SlotId Builder::readPlain(ValueId id) {
  const Placed& place = placed(id);
  if (place.dynamic || place.desc.data.ndims == 0) return place.slot;
  return read(id, plainDesc(dtype(id), dims(id)));
}

bool Builder::mayOverwrite(ValueId id, SlotId slotId) const {
  const SlotId root = rootOf(slotId);
  if (root != slotId || slot(root).kind != SlotKind::Arena || slot(root).shared || constant(id) != nullptr) return false;
  const auto it = residents_.find(root);
  if (it == residents_.end()) return false;
  return std::all_of(it->second.begin(), it->second.end(),
                     [&](ValueId value) { return lastUse_[static_cast<std::size_t>(value)] <= order_; });
}

SlotId Builder::write(ValueId id, const Desc& desc) {
  Slot made;
  made.bytes = desc.get_size();
  const SlotId to = newSlot(std::move(made));
  writeOver(id, desc, to);
  return to;
}

SlotId Builder::writePlain(ValueId id) {
  if (isStatic(id)) return write(id, plainDesc(dtype(id), dims(id)));
  return writeDynamic(id);
}

SlotId Builder::writeDynamic(ValueId id) {
  Slot made;
  made.kind = SlotKind::Dynamic;
  Placed place;
  place.dynamic = !isStatic(id);
  if (!place.dynamic) {
    place.desc = plainDesc(dtype(id), dims(id));
    made.bytes = place.desc.get_size();
  }
  place.slot = newSlot(std::move(made));
  placed_[id] = place;
  return place.slot;
}

void Builder::writeOver(ValueId id, const Desc& desc, SlotId slotId) {
  Placed place;
  place.slot = slotId;
  place.desc = desc;
  placed_[id] = place;
  residents_[rootOf(slotId)].push_back(id);
}

SlotId Builder::scratch(std::size_t bytes) {
  Slot made;
  made.bytes = bytes;
  return newSlot(std::move(made));
}

bool Builder::mayBecomePart(ValueId id, SlotId slotId) const {
  if (slot(slotId).kind != SlotKind::Arena || slot(slotId).shared || constant(id) != nullptr) return false;
  const auto it = residents_.find(slotId);
  return it != residents_.end() && it->second.size() == 1 && it->second[0] == id;
}

SlotId Builder::partOf(SlotId whole, std::size_t offset, std::size_t bytes) {
  Slot made;
  made.kind = SlotKind::Part;
  made.parent = whole;
  made.offset = offset;
  made.bytes = bytes;
  return newSlot(std::move(made));
}

void Builder::makePart(SlotId part, SlotId whole, std::size_t offset) {
  Slot& piece = slot(part);
  piece.kind = SlotKind::Part;
  piece.parent = whole;
  piece.offset = offset;
  slot(whole).shared = true;
}

/// A mapped tensor that is not aligned for its type keeps an aligned copy once it has been read, as long as the model
/// lives. So each compilation reads through a tensor of its own.
const Tensor* Builder::constant(ValueId id) const {
  const Tensor* const stored = graph_.initializer(id);
  if (stored == nullptr || !stored->isMapped()) return stored;
  const auto known = opened_.find(id);
  if (known != opened_.end()) return &known->second;
  auto own = Tensor::mapped(stored->dtype(), stored->dims(), stored->storedBytes(), std::make_shared<const Tensor>(*stored));
  return own.ok() ? &opened_.emplace(id, std::move(own).value()).first->second : stored;
}

std::vector<Tensor> Builder::asStored(const std::vector<Tensor>& tensors) const {
  std::vector<Tensor> out = tensors;
  for (Tensor& tensor : out) {
    const auto same = [&](const auto& opened) { return opened.second.storage() == tensor.storage() && opened.second.byteSize() == tensor.byteSize(); };
    const auto opened = std::find_if(opened_.begin(), opened_.end(), same);
    if (opened != opened_.end()) tensor = *graph_.initializer(opened->first);
  }
  return out;
}

void Builder::closeConstants() {
  for (const auto& [id, tensor] : opened_)
    if (!shownConstants_.contains(tensor.storage())) tensor.releasePages();
  opened_.clear();
}

SlotId Builder::addConstant(Tensor tensor) {
  shownConstants_.insert(tensor.storage());
  auto owner = std::make_shared<const Tensor>(std::move(tensor));
  const std::span<const std::byte> bytes = owner->bytes();
  return addConstant(bytes.data(), bytes.size(), std::move(owner));
}

SlotId Builder::addConstant(const std::byte* bytes, std::size_t count, std::shared_ptr<const void> owner) {
  Slot made;
  made.kind = SlotKind::Constant;
  made.bytes = count;
  made.constant = bytes;
  made.owner = std::move(owner);
  return newSlot(std::move(made));
}

Tensor Builder::aligned(const Tensor& tensor) {
  if (!tensor.isMapped() || tensor.byteSize() == 0) return tensor;
  const std::shared_ptr<std::byte[]> block = makeBlock(tensor.byteSize());
  std::memcpy(block.get(), tensor.storedBytes().data(), tensor.byteSize());
  tensor.releasePages();
  return Tensor::view(tensor.dtype(), tensor.dims(), {block.get(), tensor.byteSize()}, block).value();
}

SlotId Builder::packConstant(const Tensor& tensor, const Desc& from, const Desc& to) {
  if (from == to) return addConstant(tensor);
  return packConstant("reorder " + descText(from) + " " + descText(to), tensor, to.get_size(), [&](const Tensor& source, std::byte* bytes) {
    dnnl::memory plain(from, engine(), const_cast<std::byte*>(source.bytes().data())), result(to, engine(), bytes);
    dnnl::stream stream(engine());
    dnnl::reorder(plain, result).execute(stream, plain, result);
    stream.wait();
  });
}

SlotId Builder::packConstant(const std::string& key, const Tensor& source, std::size_t bytes, const std::function<void(const Tensor&, std::byte*)>& fill) {
  struct Packed { std::shared_ptr<std::byte[]> bytes; };
  const auto make = [&] {
    auto out = std::make_shared<Packed>(makeBlock(bytes));
    fill(aligned(source), out->bytes.get());
    return std::shared_ptr<const Packed>(std::move(out));
  };
  const auto packed = derived<Packed>(key + " " + std::to_string(bytes), {source}, make, [&](const Packed&) { return bytes; });
  return addConstant(packed->bytes.get(), bytes, packed);
}

void Builder::add(std::unique_ptr<Kernel> kernel, std::vector<SlotId> reads, std::vector<SlotId> writes, bool helper) {
  const int index = static_cast<int>(steps_.size());
  for (const SlotId id : reads) touch(id, index);
  for (const SlotId id : writes) touch(id, index);
  Step step;
  step.kernel = std::move(kernel);
  step.helper = helper;
  step.group = group_;
  step.threads = omp_get_max_threads();
  step.reads = std::move(reads);
  step.writes = std::move(writes);
  steps_.push_back(std::move(step));
}

void Builder::add(dnnl::primitive primitive, const Desc& scratchpad, std::string name, std::vector<DnnlArg> args, bool helper) {
  std::vector<SlotId> reads, writes;
  if (scratchpad.get_size() > 0) args.push_back({DNNL_ARG_SCRATCHPAD, scratchpad, scratch(scratchpad.get_size())});
  for (const DnnlArg& arg : args)
    (arg.role == DNNL_ARG_DST || arg.role == DNNL_ARG_SCRATCHPAD ? writes : reads).push_back(arg.slot);
  add(std::make_unique<DnnlKernel>(std::move(primitive), std::move(name), std::move(args)), std::move(reads), std::move(writes), helper);
}

void Builder::addReorder(SlotId from, const Desc& fromDesc, SlotId to, const Desc& toDesc) {
  dnnl::primitive_attr attr;
  attr.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  const dnnl::reorder::primitive_desc desc(engine(), fromDesc, engine(), toDesc, attr);
  add(dnnl::reorder(desc), desc.scratchpad_desc(), dnnlName(desc), {{DNNL_ARG_SRC, fromDesc, from}, {DNNL_ARG_DST, toDesc, to}}, true);
}

void Builder::readAfterSteps(SlotId id) {
  if (steps_.empty()) return;
  steps_.back().reads.push_back(id);
  touch(id, static_cast<int>(steps_.size()) - 1);
}

SlotId Builder::newSlot(Slot made) {
  slots_.push_back(std::move(made));
  return static_cast<SlotId>(slots_.size()) - 1;
}

SlotId Builder::rootOf(SlotId id) const {
  while (slot(id).kind == SlotKind::Part) id = slot(id).parent;
  return id;
}

void Builder::touch(SlotId id, int step) {
  Slot& touched = slot(id);
  if (touched.firstStep < 0) touched.firstStep = step;
  touched.lastStep = std::max(touched.lastStep, step);
}

}  // namespace ew::cpu
