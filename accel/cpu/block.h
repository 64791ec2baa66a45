// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>

namespace ew::cpu {

/// Zeroed memory that starts at a cache line. Fresh pages of a large block take no memory before they are touched, and
/// large pages where the system gives them, but only where one is filled completely. Throws std::bad_alloc.
std::shared_ptr<std::byte[]> makeBlock(std::size_t bytes);

}  // namespace ew::cpu
