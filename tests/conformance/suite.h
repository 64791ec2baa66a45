// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>

#include "core/run/runtime.h"

namespace ew::test {

/// What running recorded cases gave, by the name of each case.
struct SuiteResult {
  int passed = 0;
  std::map<std::string, std::string> refused;  ///< case -> reason
  std::map<std::string, std::string> invalid;  ///< case -> error: the case contradicts itself, or we read it wrongly
  std::map<std::string, std::string> wrong;    ///< case -> first difference

  void add(SuiteResult other) {
    passed += other.passed;
    refused.merge(other.refused);
    invalid.merge(other.invalid);
    wrong.merge(other.wrong);
  }
};

/// The models of the folders below `suite` that have recorded cases.
std::set<std::filesystem::path> modelsOf(const std::filesystem::path& suite);

/// Runs every folder below `suite` that holds a model.onnx against its test_data_set_* folders.
SuiteResult runSuite(const std::filesystem::path& suite, const BackendSet& backends, const std::string& backendId);

/// The operators of which the backend runs at least one node of the suite's cases with a kernel of its own; the others
/// fall back or run on the reference loops.
std::set<std::string> operatorsAccelerated(const std::filesystem::path& suite, const BackendSet& backends, const std::string& backendId);

/// Names in a text file, one a line; what follows # is a comment.
std::map<std::string, std::string> readNames(const std::filesystem::path& file);

}  // namespace ew::test
