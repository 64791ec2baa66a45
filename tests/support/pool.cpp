// SPDX-License-Identifier: Apache-2.0
#include "tests/support/pool.h"

#include <cctype>
#include <cstdlib>

namespace ew::test {

std::optional<std::filesystem::path> poolFolder() {
  const char* folder = std::getenv("EDGEWRIGHT_POOL");
  if (folder == nullptr || !std::filesystem::is_directory(folder)) return std::nullopt;
  return std::filesystem::path(folder);
}

std::string testNameOf(std::string model) {
  for (char& c : model)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  return model;
}

}  // namespace ew::test
