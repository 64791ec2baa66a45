// SPDX-License-Identifier: Apache-2.0
#include "core/ops/move.h"

#include <cstring>
#include <string>
#include <vector>

namespace ew::ops {
namespace {

struct Run {
  std::int64_t from, fromStep, to, toStep, count;
};

template <class T>
void copyTyped(const Tensor& from, std::span<std::byte> to, const Run& run) {
  // memcpy of a fixed width compiles to one load and one store, and does not care about the real type.
  const std::byte* source = from.bytes().data();
  std::byte* target = to.data();
  constexpr auto width = static_cast<std::int64_t>(sizeof(T));
  for (std::int64_t i = 0; i < run.count; ++i)
    std::memcpy(target + (run.to + i * run.toStep) * width, source + (run.from + i * run.fromStep) * width, sizeof(T));
}

struct Wide {
  std::uint64_t low, high;
};

void copyElements(const Tensor& from, Tensor& to, std::span<std::byte> target, const Run& run) {
  if (run.count <= 0) return;
  if (from.dtype() == DType::string) {
    std::vector<std::string>& out = to.mutableStringData();
    for (std::int64_t i = 0; i < run.count; ++i)
      out[static_cast<std::size_t>(run.to + i * run.toStep)] =
          from.stringData()[static_cast<std::size_t>(run.from + i * run.fromStep)];
    return;
  }
  const int bits = dtypeBits(from.dtype());
  if (bits < 8) {
    for (std::int64_t i = 0; i < run.count; ++i)
      setSubByte(target, from.dtype(), run.to + i * run.toStep, subByteAt(from, run.from + i * run.fromStep));
    return;
  }
  if (run.fromStep == 1 && run.toStep == 1) {
    const auto width = static_cast<std::size_t>(bits / 8);
    std::memcpy(target.data() + static_cast<std::size_t>(run.to) * width,
                from.bytes().data() + static_cast<std::size_t>(run.from) * width,
                static_cast<std::size_t>(run.count) * width);
    return;
  }
  switch (bits) {
    case 8: copyTyped<std::uint8_t>(from, target, run); break;
    case 16: copyTyped<std::uint16_t>(from, target, run); break;
    case 32: copyTyped<std::uint32_t>(from, target, run); break;
    case 64: copyTyped<std::uint64_t>(from, target, run); break;
    default: copyTyped<Wide>(from, target, run); break;
  }
}

std::span<std::byte> writable(Tensor& tensor) {
  return tensor.dtype() == DType::string ? std::span<std::byte>{} : tensor.mutableBytes();
}

}  // namespace

void copyBox(const Tensor& from, const Layout& fromLayout, Tensor& to, const Layout& toLayout, const Dims& extents) {
  for (const std::int64_t extent : extents)
    if (extent == 0) return;
  const std::span<std::byte> target = writable(to);
  const std::size_t rank = extents.size();
  if (rank == 0) {
    copyElements(from, to, target, {fromLayout.offset, 1, toLayout.offset, 1, 1});
    return;
  }
  // The last axis is copied as a run; the others count like an odometer.
  Dims index(rank, 0);
  std::int64_t source = fromLayout.offset;
  std::int64_t sink = toLayout.offset;
  for (;;) {
    copyElements(from, to, target, {source, fromLayout.strides[rank - 1], sink, toLayout.strides[rank - 1], extents[rank - 1]});
    std::size_t axis = rank - 1;
    for (;;) {
      if (axis == 0) return;
      --axis;
      source += fromLayout.strides[axis];
      sink += toLayout.strides[axis];
      if (++index[axis] < extents[axis]) break;
      source -= fromLayout.strides[axis] * extents[axis];
      sink -= toLayout.strides[axis] * extents[axis];
      index[axis] = 0;
    }
  }
}

RunCopier::RunCopier(const Tensor& from, Tensor& to) : from_(from), to_(to) {
  const std::span<std::byte> target = writable(to);
  if (dtypeBits(from.dtype()) < 8) return;
  width_ = dtypeBits(from.dtype()) / 8;
  source_ = from.bytes().data();
  target_ = target.data();
}

void RunCopier::copySlowly(std::int64_t fromIndex, std::int64_t toIndex, std::int64_t count) const {
  copyRun(from_, fromIndex, to_, toIndex, count);
}

void copyRun(const Tensor& from, std::int64_t fromIndex, Tensor& to, std::int64_t toIndex, std::int64_t count) {
  copyElements(from, to, writable(to), {fromIndex, 1, toIndex, 1, count});
}

void fillRun(const Tensor& from, std::int64_t fromIndex, Tensor& to, std::int64_t toIndex, std::int64_t count) {
  copyElements(from, to, writable(to), {fromIndex, 0, toIndex, 1, count});
}

Result<Tensor> gathered(const Tensor& from, const Layout& layout, Dims extents) {
  EW_ASSIGN(Tensor out, Tensor::create(from.dtype(), std::move(extents)));
  copyBox(from, layout, out, layoutOf(out), out.dims());
  return out;
}

}  // namespace ew::ops
