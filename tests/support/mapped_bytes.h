// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>

#include "core/base/mapped_file.h"
#include "core/tensor/tensor.h"

namespace ew::test {

/// A tensor over a mapped file of its own, in which the content begins `shift` bytes behind a page's start.
Tensor mappedTensor(const Tensor& content, std::size_t shift);

}  // namespace ew::test
