// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "accel/cpu/dnnl_support.h"

namespace ew::cpu {

/// A layout by strides; the row-major one exactly where it is that, whatever the strides of extents of 1 are.
Desc stridedDesc(const Dims& dims, DataType type, const Dims& strides);

/// The same elements, in row-major order of their indices, under other extents without moving any: nothing where strides
/// cannot say that.
std::optional<Desc> reshapedDesc(const Desc& desc, const Dims& dims);

}  // namespace ew::cpu
