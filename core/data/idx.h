// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/base/result.h"
#include "core/tensor/tensor.h"

namespace ew::data {

/// The idx format of MNIST (big endian), plain or gzip-compressed.
Result<Tensor> readIdx(const std::string& bytes);
bool looksLikeIdx(const std::string& bytes);

/// Unpacks gzip. Limit when it unpacks to more than `limit` bytes.
Result<std::string> gunzip(const std::string& bytes, std::int64_t limit);

}  // namespace ew::data
