// SPDX-License-Identifier: Apache-2.0
#include "core/tensor/tensor.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <new>

#include <unistd.h>

#include "core/base/checked.h"
#include "core/base/mapped_file.h"
#include "core/base/text.h"
#include "core/tensor/allocation.h"
#include "core/tensor/float_to_int.h"

namespace ew {
namespace {

constexpr std::int64_t maxTensorBytes = std::int64_t{16} << 30;
constexpr std::size_t alignment = 64;
constexpr std::size_t smallTensorBytes = 4096;

std::atomic<std::int64_t>& limitOfProcess() {
  static std::atomic<std::int64_t> limit = [] {
    const std::int64_t physical = static_cast<std::int64_t>(sysconf(_SC_PHYS_PAGES)) * sysconf(_SC_PAGESIZE);
    return std::clamp<std::int64_t>(physical / 8, std::int64_t{1} << 30, maxTensorBytes);
  }();
  return limit;
}

std::shared_ptr<std::byte> allocate(std::size_t bytes) {
  // 64-byte alignment suits every SIMD width in use. calloc takes large blocks as fresh pages, which are zero and take
  // no memory until they are written: a sparse initializer made dense costs little.
  const std::size_t rounded = std::max(alignment, (bytes + alignment - 1) / alignment * alignment);
  auto* const raw = static_cast<std::byte*>(std::calloc(1, rounded + alignment));
  if (raw == nullptr) return nullptr;
  const std::size_t ahead = alignment - reinterpret_cast<std::uintptr_t>(raw) % alignment;
  return {raw + ahead, [raw](std::byte*) { std::free(raw); }};
}

Result<std::int64_t> validatedCount(const Dims& dims) {
  for (const std::int64_t extent : dims)
    if (extent < 0) return invalid("negative extent in shape " + dimsText(dims));
  const auto count = checkedProduct(dims);
  if (!count) return limitReached("shape " + dimsText(dims) + " overflows");
  return *count;
}

}  // namespace

std::int64_t allocationLimit() { return limitOfProcess(); }
void setAllocationLimit(std::int64_t bytes) { limitOfProcess() = bytes; }

Status checkAllocation(DType type, std::int64_t count) {
  if (count <= maxTensorBytes && packedBytes(type, count) <= static_cast<std::size_t>(allocationLimit())) return {};
  return limitReached(std::to_string(count) + " elements of " + std::string(dtypeName(type)) + " are over the limit of " +
                      byteText(static_cast<double>(allocationLimit())) + " for one tensor");
}

Result<Tensor> Tensor::create(DType type, Dims dims) {
  EW_ASSIGN(const std::int64_t count, validatedCount(dims));
  if (type == DType::string) {
    if (count > (std::int64_t{1} << 27)) return limitReached("too many strings in shape " + dimsText(dims));
    return strings(std::move(dims), std::vector<std::string>(static_cast<std::size_t>(count)));
  }
  EW_TRY_AT(checkAllocation(type, count), "shape " + dimsText(dims));
  Tensor out;
  out.dtype_ = type;
  out.dims_ = std::move(dims);
  out.count_ = count;
  out.byteSize_ = packedBytes(type, count);
  auto buffer = allocate(out.byteSize_);
  if (!buffer) return limitReached("no memory for a tensor of " + std::to_string(out.byteSize_) + " bytes");
  out.data_ = buffer.get();
  out.owner_ = std::move(buffer);
  out.writable_ = true;
  return out;
}

Tensor Tensor::zeros(DType type, Dims dims) {
  Result<Tensor> made = create(type, std::move(dims));
  assert(made.ok());
  return std::move(made).value();
}

Result<Tensor> Tensor::view(DType type, Dims dims, std::span<const std::byte> bytes, std::shared_ptr<const void> owner) {
  EW_ASSIGN(const std::int64_t count, validatedCount(dims));
  if (count > maxTensorBytes || packedBytes(type, count) != bytes.size())
    return invalid("shape " + dimsText(dims) + " of " + std::string(dtypeName(type)) + " does not match " +
                   std::to_string(bytes.size()) + " bytes of data");
  Tensor out;
  out.dtype_ = type;
  out.dims_ = std::move(dims);
  out.count_ = count;
  out.byteSize_ = bytes.size();
  out.data_ = bytes.data();
  out.owner_ = std::move(owner);
  return out;
}

/// Protobuf puts raw_data at any address. Loads from one that is not aligned are undefined behaviour in C++, and a
/// compiler that vectorizes a loop relies on that, so elements are only ever read from aligned memory. Nobody frees the
/// copy before the last tensor that shares it goes: spans of it may be in use in any thread.
struct Tensor::AlignedCopy {
  std::once_flag once;
  std::shared_ptr<const std::byte> data;
};

Result<Tensor> Tensor::mapped(DType type, Dims dims, std::span<const std::byte> bytes, std::shared_ptr<const void> owner) {
  EW_ASSIGN(Tensor out, view(type, std::move(dims), bytes, std::move(owner)));
  out.mapped_ = true;
  const auto width = static_cast<std::uintptr_t>(std::clamp(dtypeBits(type) / 8, 1, 8));
  if (reinterpret_cast<std::uintptr_t>(out.data_) % width == 0) return out;
  if (out.byteSize_ <= smallTensorBytes)
    out.mutableBytes();  // detaches
  else
    out.aligned_ = std::make_shared<AlignedCopy>();
  return out;
}

const std::byte* Tensor::alignedData() const {
  std::call_once(aligned_->once, [this] {
    auto copy = allocate(byteSize_);
    if (!copy) throw std::bad_alloc();
    std::memcpy(copy.get(), data_, byteSize_);
    aligned_->data = std::move(copy);
    releasePages();
  });
  return aligned_->data.get();
}

void Tensor::releasePages() const {
  if (!mapped_ || byteSize_ == 0) return;
  releaseMappedPages(storedBytes());
}

Tensor Tensor::sequence(std::vector<Tensor> items) {
  Tensor out;
  out.dtype_ = DType::sequence;
  out.items_ = std::make_shared<const std::vector<Tensor>>(std::move(items));
  return out;
}

Tensor Tensor::optional(Tensor item) {
  std::vector<Tensor> items;
  if (item.present()) items.push_back(std::move(item));
  Tensor out = sequence(std::move(items));
  out.dtype_ = DType::optional;
  return out;
}

Tensor Tensor::strings(Dims dims, std::vector<std::string> values) {
  Tensor out;
  out.dtype_ = DType::string;
  out.count_ = elementCount(dims);
  out.dims_ = std::move(dims);
  assert(static_cast<std::size_t>(out.count_) == values.size());
  out.strings_ = std::make_shared<std::vector<std::string>>(std::move(values));
  return out;
}

std::span<std::byte> Tensor::mutableBytes() {
  if (!writable_ || owner_.use_count() > 1) {
    auto buffer = allocate(byteSize_);
    if (!buffer) throw std::bad_alloc();
    if (byteSize_ > 0) std::memcpy(buffer.get(), data_, byteSize_);
    data_ = buffer.get();
    owner_ = std::move(buffer);
    writable_ = true;
    mapped_ = false;
    aligned_.reset();
  }
  // The buffer is ours alone now, and it was allocated as writable.
  return {const_cast<std::byte*>(data_), byteSize_};
}

std::vector<std::string>& Tensor::mutableStringData() {
  if (strings_.use_count() > 1) strings_ = std::make_shared<std::vector<std::string>>(*strings_);
  return *strings_;
}

Tensor Tensor::reshaped(Dims dims) const {
  assert(elementCount(dims) == count_);
  Tensor out = *this;
  out.dims_ = std::move(dims);
  return out;
}

bool Tensor::equals(const Tensor& other) const {
  if (dtype_ != other.dtype_ || dims_ != other.dims_) return false;
  if (dtype_ == DType::string) return *strings_ == *other.strings_;
  if (items_) return std::ranges::equal(items(), other.items(), [](const Tensor& a, const Tensor& b) { return a.equals(b); });
  return byteSize_ == 0 || std::memcmp(data_, other.data_, byteSize_) == 0;
}

int subByteAt(const Tensor& tensor, std::int64_t index) {
  const int bits = dtypeBits(tensor.dtype());
  const std::int64_t perByte = 8 / bits;
  const auto byte = std::to_integer<int>(tensor.storedBytes()[static_cast<std::size_t>(index / perByte)]);
  const int raw = (byte >> (bits * static_cast<int>(index % perByte))) & ((1 << bits) - 1);
  const bool negative = isInteger(tensor.dtype()) && isSigned(tensor.dtype()) && (raw >> (bits - 1)) != 0;
  return negative ? raw - (1 << bits) : raw;
}

void setSubByte(std::span<std::byte> packed, DType type, std::int64_t index, int value) {
  const int bits = dtypeBits(type);
  const std::int64_t perByte = 8 / bits;
  const int shift = bits * static_cast<int>(index % perByte);
  const int mask = (1 << bits) - 1;
  std::byte& byte = packed[static_cast<std::size_t>(index / perByte)];
  const int kept = std::to_integer<int>(byte) & ~(mask << shift);
  byte = static_cast<std::byte>(kept | ((value & mask) << shift));
}

namespace {

/// Floats become integers truncated and saturated.
template <class Out, class In>
Out convertedElement(In value) {
  if constexpr (!std::is_arithmetic_v<In>) return convertedElement<Out>(static_cast<float>(value));
  else if constexpr (std::is_integral_v<Out> && std::is_floating_point_v<In>) return truncated<Out>(static_cast<double>(value));
  else return static_cast<Out>(value);
}

template <class Out>
Result<std::vector<Out>> converted(const Tensor& tensor) {
  EW_TRY(checkAllocation(DTypeOf<Out>::value, tensor.size()));
  std::vector<Out> out(static_cast<std::size_t>(tensor.size()));
  if (isSubByte(tensor.dtype())) {
    for (std::int64_t i = 0; i < tensor.size(); ++i)
      out[static_cast<std::size_t>(i)] = tensor.dtype() == DType::f4e2m1 ? static_cast<Out>(float4ToFloat(subByteAt(tensor, i)))
                                                                       : static_cast<Out>(subByteAt(tensor, i));
    return out;
  }
  EW_TRY(dispatchType(tensor.dtype(), [&]<class T>() {
    forEachPart<T>(tensor, [&](std::span<const T> from, std::size_t first) {
      const auto to = out.begin() + static_cast<std::ptrdiff_t>(first);
      std::transform(from.begin(), from.end(), to, [](T x) { return convertedElement<Out>(x); });
    });
  }));
  return out;
}

}  // namespace

Result<std::vector<double>> toDoubles(const Tensor& tensor) { return converted<double>(tensor); }
Result<std::vector<std::int64_t>> toInts(const Tensor& tensor) { return converted<std::int64_t>(tensor); }

Result<Tensor> toFloat32(const Tensor& tensor) {
  if (tensor.dtype() == DType::f32) return tensor;
  EW_ASSIGN(std::vector<float> values, converted<float>(tensor));
  EW_ASSIGN(Tensor out, Tensor::create(DType::f32, tensor.dims()));
  std::ranges::copy(values, out.mutableData<float>().begin());
  return out;
}

}  // namespace ew
