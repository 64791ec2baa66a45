// SPDX-License-Identifier: Apache-2.0
#include "accel/vulkan/values.h"

#include <algorithm>
#include <cstring>

namespace ew::vulkan {
namespace {

template <class T>
void widen(const Tensor& tensor, std::span<std::uint32_t> words) {
  std::ranges::transform(tensor.data<T>(), words.begin(), [](T value) { return static_cast<std::uint32_t>(static_cast<std::int32_t>(value)); });
}

}  // namespace

bool holds(DType type) { return type == DType::f32 || type == DType::i32 || isByte(type) || type == DType::boolean; }

void toDevice(const Tensor& tensor, std::span<std::uint32_t> words) {
  if (tensor.size() == 0) return;
  if (tensor.dtype() == DType::i8) widen<std::int8_t>(tensor, words);
  else if (dtypeBits(tensor.dtype()) == 8) widen<std::uint8_t>(tensor, words);
  else std::memcpy(words.data(), tensor.bytes().data(), tensor.byteSize());
}

std::vector<std::uint32_t> toDevice(const Tensor& tensor) {
  std::vector<std::uint32_t> words(static_cast<std::size_t>(tensor.size()));
  toDevice(tensor, words);
  return words;
}

Result<Tensor> fromDevice(std::span<const std::uint32_t> words, DType type, const Dims& dims) {
  EW_ASSIGN(Tensor out, Tensor::create(type, dims));
  const std::span<std::byte> bytes = out.mutableBytes();
  if (bytes.size() == words.size()) std::ranges::transform(words, bytes.begin(), [](std::uint32_t word) { return static_cast<std::byte>(word & 0xFFU); });
  else std::memcpy(bytes.data(), words.data(), bytes.size());
  return out;
}

}  // namespace ew::vulkan
