// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace ew {

/// Reads a whole regular file of at most `limit` bytes. Directories, devices, FIFOs and missing files are
/// errors that name the path.
Result<std::string> readFile(const std::filesystem::path& path, std::int64_t limit = std::int64_t{8} << 30);

/// Writes a file that appears whole or not at all (temporary file beside it, fsync, rename).
Status writeFileAtomically(const std::filesystem::path& path, std::string_view content);

/// `relative` inside `folder`, refused when it is absolute, has "..", or leaves the folder through a link.
Result<std::filesystem::path> resolveInside(const std::filesystem::path& folder, const std::string& relative);

}  // namespace ew
