// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/suite.h"

#include <fstream>
#include <set>

#include "core/analysis/recorded.h"

namespace ew::test {

namespace fs = std::filesystem;

SuiteResult runSuite(const fs::path& suite, const BackendSet& backends, const std::string& backendId) {
  std::set<fs::path> models;
  for (const fs::directory_entry& entry : fs::directory_iterator(suite))
    if (fs::exists(entry.path() / "model.onnx") && fs::exists(entry.path() / "test_data_set_0")) models.insert(entry.path() / "model.onnx");
  SuiteResult out;
  NoProgress progress;
  CompileOptions options;
  options.threads = 1;
  for (const fs::path& model : models) {
    const std::string name = model.parent_path().filename().string();
    const Result<analysis::RecordedReport> report = analysis::verifyRecorded(model, {}, backends, backendId, options, progress);
    using Verdict = analysis::RecordedReport::Result;
    if (!report.ok()) out.invalid[name] = report.error().text();
    else if (report->result == Verdict::Passed) ++out.passed;
    else if (report->result == Verdict::Refused) out.refused[name] = report->reason;
    else out.wrong[name] = report->reason;
  }
  return out;
}

std::map<std::string, std::string> readNames(const fs::path& file) {
  std::map<std::string, std::string> out;
  std::ifstream in(file);
  std::string line;
  while (std::getline(in, line)) {
    const std::size_t hash = line.find('#');
    std::string name = line.substr(0, hash);
    while (!name.empty() && name.back() == ' ') name.pop_back();
    if (!name.empty()) out[name] = hash == std::string::npos ? "" : line.substr(hash + 1);
  }
  return out;
}

}  // namespace ew::test
