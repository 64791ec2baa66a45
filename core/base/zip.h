// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "core/base/result.h"

namespace ew {

/// Files of a zip archive by path inside it.
using ZipFiles = std::map<std::string, std::string>;

struct ZipLimits {
  std::int64_t files = 10'000;
  std::int64_t totalBytes = std::int64_t{4} << 30;  ///< unpacked
};

/// The archive's bytes: entries sorted by name, deflated, fixed times, so that the same files give the same bytes in
/// every run and time zone.
Result<std::string> packZip(const ZipFiles& files);

/// Unpacks in memory. Invalid when it is no zip, an entry is damaged (CRC) or its path leaves the archive; Limit when
/// it unpacks to more than the limits.
Result<ZipFiles> unpackZip(const std::string& bytes, const ZipLimits& limits = {});

}  // namespace ew
