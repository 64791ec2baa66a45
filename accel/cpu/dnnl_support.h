// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <oneapi/dnnl/dnnl.hpp>
#include <optional>
#include <string>

#include "core/base/result.h"
#include "core/tensor/tensor.h"

namespace ew::cpu {

using Desc = dnnl::memory::desc;
using DataType = dnnl::memory::data_type;
using Tag = dnnl::memory::format_tag;

/// The one CPU engine of the process.
const dnnl::engine& engine();

/// oneDNN's name of an element type; nothing for types that it does not know.
std::optional<DataType> dnnlType(DType type);

/// Row-major; a scalar is one element of rank 1. The type must be one that oneDNN knows and the rank at most 12.
Desc plainDesc(DType type, const Dims& dims);
/// Any layout that the kernel prefers.
Desc anyDesc(DType type, const Dims& dims);
/// Every element once and nothing else, so that element-wise work can ignore the layout.
bool isDense(const Desc& desc);

/// Channels in blocks, as nChw16c has them.
inline bool hasBlocks(const Desc& desc) { return desc.data.format_desc.blocking.inner_nblks != 0; }

/// Everything that tells one layout from another, for keys.
std::string descText(const Desc& desc);

/// The error of an exception that oneDNN threw.
Error dnnlError(const dnnl::error& error);

/// Whether oneDNN uses 512-bit vectors here.
bool hasAvx512();
/// Whether this processor multiplies bfloat16 numbers (AVX-512 BF16 or AMX). Without that oneDNN computes them more slowly
/// than float32.
bool hasBf16();

}  // namespace ew::cpu
