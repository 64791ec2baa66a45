// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/tensor/dtype.h"

namespace ew::test {

/// What the official operator cases say of one operator.
struct OperatorCoverage {
  int passed = 0;   ///< cases that use it and give the recorded results
  int refused = 0;  ///< cases that use it and are refused, for this operator or another one
  std::set<std::int64_t> opsets;     ///< versions of its domain in passed cases
  std::set<DType> checkedTypes;      ///< element types of its operands in passed cases
  std::set<DType> ranTypes;          ///< those, and the types that the operands of these cases were run as besides
  std::set<DType> refusedTypes;      ///< of ai.onnx: those that the operator's definition allows and the code refuses
};

/// By domain ("ai.onnx" for the default) and operator.
using Coverage = std::map<std::pair<std::string, std::string>, OperatorCoverage>;

/// Runs all cases below the suites on the reference backend. Cases of a single node are run again with each other
/// element type in place of that of its operands, to see what the operator takes.
Coverage measureCoverage(const std::vector<std::filesystem::path>& suites);

/// resources/operators.json: the catalog with its coverage, a line an operator, and the operators of official cases that
/// the catalog does not have.
std::string coverageJson(const Coverage& coverage);
/// The same to read: a Markdown table.
std::string coverageTable(const Coverage& coverage);

}  // namespace ew::test
