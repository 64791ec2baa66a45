// SPDX-License-Identifier: Apache-2.0
#include "accel/vulkan/shaders.h"

#include <array>

namespace ew::vulkan {
namespace {

// Lists of SPIR-V words in braces, which glslc writes.
constexpr std::uint32_t affine[] =
#include "affine.inc"
    ;
constexpr std::uint32_t binary[] =
#include "binary.inc"
    ;
constexpr std::uint32_t conv[] =
#include "conv.inc"
    ;
constexpr std::uint32_t depthwise[] =
#include "depthwise.inc"
    ;
constexpr std::uint32_t gather[] =
#include "gather.inc"
    ;
constexpr std::uint32_t gemm[] =
#include "gemm.inc"
    ;
constexpr std::uint32_t lookup[] =
#include "lookup.inc"
    ;
constexpr std::uint32_t move[] =
#include "move.inc"
    ;
constexpr std::uint32_t pool[] =
#include "pool.inc"
    ;
constexpr std::uint32_t qbinary[] =
#include "qbinary.inc"
    ;
constexpr std::uint32_t qconv[] =
#include "qconv.inc"
    ;
constexpr std::uint32_t qdepthwise[] =
#include "qdepthwise.inc"
    ;
constexpr std::uint32_t qgemm[] =
#include "qgemm.inc"
    ;
constexpr std::uint32_t qpool[] =
#include "qpool.inc"
    ;
constexpr std::uint32_t quantize[] =
#include "quantize.inc"
    ;
constexpr std::uint32_t softmax[] =
#include "softmax.inc"
    ;
constexpr std::uint32_t unary[] =
#include "unary.inc"
    ;

// In the order of ShaderId.
constexpr std::array<ShaderCode, 17> table{{
    {"affine.comp", affine}, {"binary.comp", binary}, {"conv.comp", conv}, {"depthwise.comp", depthwise},
    {"gather.comp", gather}, {"gemm.comp", gemm}, {"lookup.comp", lookup}, {"move.comp", move}, {"pool.comp", pool},
    {"qbinary.comp", qbinary}, {"qconv.comp", qconv}, {"qdepthwise.comp", qdepthwise}, {"qgemm.comp", qgemm},
    {"qpool.comp", qpool}, {"quantize.comp", quantize}, {"softmax.comp", softmax}, {"unary.comp", unary},
}};

}  // namespace

const ShaderCode& shaderCode(ShaderId id) { return table[static_cast<std::size_t>(id)]; }

}  // namespace ew::vulkan
