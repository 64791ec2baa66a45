// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "core/tensor/tensor.h"

namespace ew {

/// Calls `use` with the stored bytes in order, in blocks of 16 MiB, and lets the pages of a mapped tensor go block by
/// block: a tensor of any size is read in little memory. Stops when `use` fails.
Status forEachBlock(const Tensor& tensor, const std::function<Status(std::span<const std::byte>)>& use);

/// Whether the stored bytes are the same, read in the same way.
bool sameBytes(const Tensor& a, const Tensor& b);

}  // namespace ew
