// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/process.h"
#include "tests/support/temporary_folder.h"

namespace ew::test {

/// The program run headless in a folder of its own, which holds a small model, data and recipe.
class CommandLine : public testing::Test {
 protected:
  CommandLine();

  ProcessResult run(const std::vector<std::string>& arguments, const std::vector<std::pair<std::string, std::string>>& environment = {});
  /// The JSON document of a run with --json that must end with this code; null on a failure.
  nlohmann::json document(std::vector<std::string> arguments, int exitCode = 0);
  /// The run must end with this code, print nothing on stdout, leave no file, and say exactly
  /// "edgewright: <message>" in one line on stderr.
  void expectFailure(const std::vector<std::string>& arguments, int exitCode, const std::string& message,
                     const std::vector<std::pair<std::string, std::string>>& environment = {});
  /// Names of the keys that the object lacks.
  static std::vector<std::string> missing(const nlohmann::json& object, const std::vector<std::string>& keys);

  TemporaryFolder folder;
};

/// What every document of the contract needs to hold: edgewright.<name>/1.
std::string schemaOf(const std::string& name);

}  // namespace ew::test
