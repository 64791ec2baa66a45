// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/tensor/dtype.h"
#include "core/tensor/half.h"
#include "core/tensor/shape.h"

namespace ew {

template <class T> struct DTypeOf;
template <> struct DTypeOf<float> { static constexpr DType value = DType::f32; };
template <> struct DTypeOf<double> { static constexpr DType value = DType::f64; };
template <> struct DTypeOf<Half> { static constexpr DType value = DType::f16; };
template <> struct DTypeOf<BFloat16> { static constexpr DType value = DType::bf16; };
template <> struct DTypeOf<std::int8_t> { static constexpr DType value = DType::i8; };
template <> struct DTypeOf<std::uint8_t> { static constexpr DType value = DType::u8; };
template <> struct DTypeOf<std::int16_t> { static constexpr DType value = DType::i16; };
template <> struct DTypeOf<std::uint16_t> { static constexpr DType value = DType::u16; };
template <> struct DTypeOf<std::int32_t> { static constexpr DType value = DType::i32; };
template <> struct DTypeOf<std::uint32_t> { static constexpr DType value = DType::u32; };
template <> struct DTypeOf<std::int64_t> { static constexpr DType value = DType::i64; };
template <> struct DTypeOf<std::uint64_t> { static constexpr DType value = DType::u64; };
template <> struct DTypeOf<bool> { static constexpr DType value = DType::boolean; };
template <> struct DTypeOf<Float8<Float8Kind::E4M3FN>> { static constexpr DType value = DType::f8e4m3; };
template <> struct DTypeOf<Float8<Float8Kind::E4M3FNUZ>> { static constexpr DType value = DType::f8e4m3fnuz; };
template <> struct DTypeOf<Float8<Float8Kind::E5M2>> { static constexpr DType value = DType::f8e5m2; };
template <> struct DTypeOf<Float8<Float8Kind::E5M2FNUZ>> { static constexpr DType value = DType::f8e5m2fnuz; };
template <> struct DTypeOf<Float8<Float8Kind::E8M0>> { static constexpr DType value = DType::f8e8m0; };

/// Dense row-major array: element type, extents, and a buffer that is shared until written, or that belongs to
/// somebody else (a mapped file) and is copied when first written. Copying a Tensor copies no data.
/// Sequences and optionals, which a few operators pass on in place of a tensor, travel as one whose content is a list
/// of tensors: dtype sequence or optional, no extents, no bytes.
class Tensor {
 public:
  /// Nothing: dtype none, no elements. What an absent optional input is.
  Tensor() = default;

  /// Zero-filled. Limit when the extents overflow or the bytes exceed an eighth of the machine's memory (1 to 16 GiB);
  /// Invalid on a negative extent.
  static Result<Tensor> create(DType type, Dims dims);
  /// Zero-filled, for extents that are known to be small and valid.
  static Tensor zeros(DType type, Dims dims);
  /// A view of `bytes` kept alive by `owner`, not copied until written. The size must be exactly packedBytes().
  static Result<Tensor> view(DType type, Dims dims, std::span<const std::byte> bytes, std::shared_ptr<const void> owner);
  /// The same over a read-only mapping of a file, where the bytes may lie at any address. bytes() and data() of a large
  /// tensor that is not aligned for its type make an aligned copy when first asked, which all copies of the tensor share;
  /// a small one is copied at once. Whoever goes through all weights of a model reads storedBytes() instead.
  static Result<Tensor> mapped(DType type, Dims dims, std::span<const std::byte> bytes, std::shared_ptr<const void> owner);
  static Tensor strings(Dims dims, std::vector<std::string> values);
  static Tensor sequence(std::vector<Tensor> items);
  /// Holds nothing when `item` is not present().
  static Tensor optional(Tensor item);

  template <class T>
  static Tensor of(Dims dims, const std::vector<T>& values) {
    Tensor out = zeros(DTypeOf<T>::value, std::move(dims));
    assert(static_cast<std::int64_t>(values.size()) == out.size());
    std::span<T> to = out.mutableData<T>();
    for (std::size_t i = 0; i < to.size(); ++i) to[i] = values[i];
    return out;
  }
  template <class T>
  static Tensor scalar(T value) { return of<T>({}, std::vector<T>{value}); }
  template <class T>
  static Tensor vector(const std::vector<T>& values) { return of<T>({static_cast<std::int64_t>(values.size())}, values); }

  DType dtype() const { return dtype_; }
  const Dims& dims() const { return dims_; }
  std::size_t rank() const { return dims_.size(); }
  std::int64_t dim(std::size_t axis) const { return dims_[axis]; }
  std::int64_t size() const { return count_; }
  std::size_t byteSize() const { return byteSize_; }
  bool present() const { return dtype_ != DType::none; }
  Shape shape() const { return Shape(dims_); }

  std::span<const std::byte> bytes() const { return {aligned_ ? alignedData() : data_, byteSize_}; }
  /// The same bytes where they lie, perhaps not aligned for their type: for memcpy, hashing and writing.
  std::span<const std::byte> storedBytes() const { return {data_, byteSize_}; }
  /// Detaches from other owners first.
  std::span<std::byte> mutableBytes();

  /// The elements; T must be the element type (or its unsigned carrier of the same width).
  template <class T>
  std::span<const T> data() const {
    assert(byteSize_ == static_cast<std::size_t>(count_) * sizeof(T));
    return {reinterpret_cast<const T*>(bytes().data()), static_cast<std::size_t>(count_)};
  }
  template <class T>
  std::span<T> mutableData() {
    assert(byteSize_ == static_cast<std::size_t>(count_) * sizeof(T));
    const std::span<std::byte> raw = mutableBytes();
    return {reinterpret_cast<T*>(raw.data()), static_cast<std::size_t>(count_)};
  }
  /// The tensors of a sequence, the one or none of an optional.
  const std::vector<Tensor>& items() const { return *items_; }
  bool isMapped() const { return mapped_; }
  /// Tells the system that a mapped tensor's pages are not needed for now, so that reading through a model larger than
  /// memory does not fill it; they are read again when touched. Nothing happens for other tensors.
  void releasePages() const;

  const std::vector<std::string>& stringData() const { return *strings_; }
  std::vector<std::string>& mutableStringData();

  /// The same elements under other extents (same count).
  Tensor reshaped(Dims dims) const;
  /// Same type, extents and bytes.
  bool equals(const Tensor& other) const;
  /// Who keeps the bytes alive: two tensors with the same storage share memory.
  const void* storage() const { return data_; }

 private:
  struct AlignedCopy;
  const std::byte* alignedData() const;

  DType dtype_ = DType::none;
  Dims dims_;
  std::int64_t count_ = 0;
  std::size_t byteSize_ = 0;
  const std::byte* data_ = nullptr;
  std::shared_ptr<const void> owner_;    ///< keeps data_ alive
  bool writable_ = false;                ///< owner_ is a buffer of ours
  bool mapped_ = false;                  ///< data_ lies in a mapped file
  std::shared_ptr<AlignedCopy> aligned_; ///< only when data_ is not aligned for the type
  std::shared_ptr<std::vector<std::string>> strings_;
  std::shared_ptr<const std::vector<Tensor>> items_;
};

/// Calls `f.template operator()<T>()` with the C++ element type of a numeric, byte-aligned dtype;
/// Unsupported for string, complex, sub-byte and none.
template <class F>
Status dispatchType(DType type, F&& f) {
  switch (type) {
    case DType::f32: f.template operator()<float>(); return {};
    case DType::f64: f.template operator()<double>(); return {};
    case DType::f16: f.template operator()<Half>(); return {};
    case DType::bf16: f.template operator()<BFloat16>(); return {};
    case DType::f8e4m3: f.template operator()<Float8<Float8Kind::E4M3FN>>(); return {};
    case DType::f8e4m3fnuz: f.template operator()<Float8<Float8Kind::E4M3FNUZ>>(); return {};
    case DType::f8e5m2: f.template operator()<Float8<Float8Kind::E5M2>>(); return {};
    case DType::f8e5m2fnuz: f.template operator()<Float8<Float8Kind::E5M2FNUZ>>(); return {};
    case DType::f8e8m0: f.template operator()<Float8<Float8Kind::E8M0>>(); return {};
    case DType::i8: f.template operator()<std::int8_t>(); return {};
    case DType::u8: f.template operator()<std::uint8_t>(); return {};
    case DType::i16: f.template operator()<std::int16_t>(); return {};
    case DType::u16: f.template operator()<std::uint16_t>(); return {};
    case DType::i32: f.template operator()<std::int32_t>(); return {};
    case DType::u32: f.template operator()<std::uint32_t>(); return {};
    case DType::i64: f.template operator()<std::int64_t>(); return {};
    case DType::u64: f.template operator()<std::uint64_t>(); return {};
    case DType::boolean: f.template operator()<bool>(); return {};
    default: return unsupported("element type " + std::string(dtypeName(type)) + " is not supported here");
  }
}

/// Limit when `count` elements of `type` are more than create() would allocate: for working memory of that size.
Status checkAllocation(DType type, std::int64_t count);

/// Any numeric tensor (sub-byte too) as doubles or as int64, element by element; for analysis and attributes, not
/// for kernels. Unsupported for strings and complex.
Result<std::vector<double>> toDoubles(const Tensor& tensor);
Result<std::vector<std::int64_t>> toInts(const Tensor& tensor);
/// A float tensor of any width as f32 (shares when it is f32 already).
Result<Tensor> toFloat32(const Tensor& tensor);
/// Calls `use(std::span<const T> part, first element)` over all elements in order, in parts that are aligned for T
/// whatever the tensor's own bytes are: reads through mapped weights without
/// a copy of them. T must be the element type.
template <class T, class Use>
void forEachPart(const Tensor& tensor, Use use) {
  constexpr std::size_t elements = 16384 / sizeof(T);
  const std::span<const std::byte> from = tensor.storedBytes();
  const auto count = static_cast<std::size_t>(tensor.size());
  if (reinterpret_cast<std::uintptr_t>(from.data()) % alignof(T) == 0) {
    use(std::span<const T>(reinterpret_cast<const T*>(from.data()), count), std::size_t{0});
    return;
  }
  std::array<T, elements> part;
  for (std::size_t at = 0; at < count; at += elements) {
    const std::size_t now = std::min(elements, count - at);
    std::memcpy(static_cast<void*>(part.data()), from.data() + at * sizeof(T), now * sizeof(T));
    use(std::span<const T>(part.data(), now), at);
  }
}

/// One element of a packed sub-byte tensor, sign-extended for i4 and i2; the bare code for f4e2m1.
int subByteAt(const Tensor& tensor, std::int64_t index);
void setSubByte(std::span<std::byte> packed, DType type, std::int64_t index, int value);

}  // namespace ew
