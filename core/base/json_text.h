// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace ew {

/// JSON as text. Names from files need not be valid UTF-8: bytes that are not become U+FFFD, instead of the exception
/// that dump() throws. `indent` below 0 gives one line.
std::string jsonText(const nlohmann::json& json, int indent = -1);

}  // namespace ew
