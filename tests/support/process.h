// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace ew::test {

/// What a program left when it ended.
struct ProcessResult {
  int exitCode = -1;  ///< 128 + signal when one ended it, as a shell says it
  std::string out, err;
};

/// Runs a program in `folder` to its end, with `environment` added to ours. argv[0] is the program.
ProcessResult runProcess(const std::vector<std::string>& argv, const std::filesystem::path& folder = ".",
                         const std::vector<std::pair<std::string, std::string>>& environment = {});

}  // namespace ew::test
