// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/progress.h"
#include "core/run/runtime.h"

namespace ew::analysis {

/// A number passes when |actual - expected| <= absolute + relative * |expected|; NaN equals NaN, infinities equal
/// themselves. Integers, bools and strings must be the same.
struct Tolerance {
  double relative = 1e-3, absolute = 1e-7;
};

struct TensorComparison {
  double maxAbsError = 0;  ///< over finite pairs; 0 for strings
  std::string difference;  ///< the first one in words; empty when the tensors agree
};
/// Element types and shapes must be the same; sequences and optionals are compared item by item.
TensorComparison compareTensors(const Tensor& actual, const Tensor& expected, const Tolerance& tolerance = {});

/// One folder of recorded inputs and outputs.
struct RecordedCase {
  std::filesystem::path folder;
  std::vector<Tensor> inputs, outputs;
};

struct RecordedReport {
  enum class Result { Passed, Refused, Differs } result = Result::Passed;
  std::int64_t cases = 0;  ///< that were run and compared
  double maxAbsError = 0;
  std::string reason;  ///< why refused, or the first difference with its folder; empty when passed
};
/// "passed", "refused", "differs"
std::string recordedResultName(RecordedReport::Result result);

/// The folders of cases that `folders` name: each itself, or the test_data_set_* in it; with no folders, every
/// test_data_set_* beside the model. Io when there are none.
Result<std::vector<std::filesystem::path>> recordedFolders(const std::filesystem::path& model,
                                                           const std::vector<std::filesystem::path>& folders);

/// Opens the model, runs every case and compares. What cannot be run (operator, type, limit) is a refusal, not an
/// error; a missing or invalid file is an error.
Result<RecordedReport> verifyRecorded(const std::filesystem::path& model,
                                      const std::vector<std::filesystem::path>& folders, const BackendSet& backends,
                                      const std::string& backendId, const CompileOptions& options, Progress& progress);

}  // namespace ew::analysis
