// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "core/tensor/tensor.h"

namespace ew::vulkan {

/// How tensors lie in device memory: row-major, one 32-bit word an element. Bytes and bools are widened to int32, which
/// spares the shaders partial words and devices the 8-bit storage extension.
bool holds(DType type);
inline bool isByte(DType type) { return type == DType::i8 || type == DType::u8; }
inline std::uint64_t deviceBytes(std::int64_t elements) { return static_cast<std::uint64_t>(elements) * sizeof(std::uint32_t); }

/// holds() of the type; as many words as elements.
void toDevice(const Tensor& tensor, std::span<std::uint32_t> words);
std::vector<std::uint32_t> toDevice(const Tensor& tensor);
Result<Tensor> fromDevice(std::span<const std::uint32_t> words, DType type, const Dims& dims);

}  // namespace ew::vulkan
