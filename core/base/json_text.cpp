// SPDX-License-Identifier: Apache-2.0
#include "core/base/json_text.h"

#include <nlohmann/json.hpp>

namespace ew {

std::string jsonText(const nlohmann::json& json, int indent) {
  return json.dump(indent, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace ew
