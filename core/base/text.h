// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ew {

/// Control characters, DEL, the C1 range, Unicode direction overrides and invalid UTF-8 bytes become \xNN, so
/// that a name from a file can be shown on one line and changes nothing around it.
std::string escapeControl(std::string_view text);

/// 'name', with control characters escaped.
std::string inQuotes(std::string_view name);

/// Shell-style pattern with * and ?, matched against the whole name.
bool matchesPattern(std::string_view pattern, std::string_view name);

std::string join(const std::vector<std::string>& parts, std::string_view separator);
std::vector<std::string> split(std::string_view text, char separator);

/// Parses a whole string in the C locale; false when anything is left over or out of range.
bool parseInt(std::string_view text, long long& out);
bool parseDouble(std::string_view text, double& out);

/// Shortest text that reads back as the same number, in the C locale.
std::string numberText(double value);

/// "913 KB", "1.2 MB": binary multiples of 1024, as tools of this field show sizes.
std::string byteText(double bytes);

/// The nearest of `candidates` by edit distance, or empty when none is near: for "did you mean".
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace ew
