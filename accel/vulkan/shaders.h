// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

namespace ew::vulkan {

/// The shaders, compiled at build time; those with a q work on integers.
enum class ShaderId { Affine, Binary, Conv, Depthwise, Gather, Gemm, Lookup, Move, Pool, QBinary, QConv, QDepthwise, QGemm, QPool, Quantize, Softmax, Unary };

struct ShaderCode {
  const char* name;  ///< "conv.comp"; with a q in front where it was compiled for integers
  std::span<const std::uint32_t> words;  ///< SPIR-V
};

const ShaderCode& shaderCode(ShaderId id);

}  // namespace ew::vulkan
