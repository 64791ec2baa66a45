// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/suite.h"

#include <fstream>
#include <set>

#include "core/analysis/recorded.h"
#include "core/onnx/onnx_file.h"

namespace ew::test {

namespace fs = std::filesystem;

std::set<fs::path> modelsOf(const fs::path& suite) {
  std::set<fs::path> models;
  for (const fs::directory_entry& entry : fs::directory_iterator(suite))
    if (fs::exists(entry.path() / "model.onnx") && fs::exists(entry.path() / "test_data_set_0")) models.insert(entry.path() / "model.onnx");
  return models;
}

namespace {

/// Adds the operators of the nodes that `backendId` runs in the first case of a model.
Status addAccelerated(const fs::path& model, const BackendSet& backends, const std::string& backendId, std::set<std::string>& out) {
  EW_ASSIGN(const onnx::Imported imported, onnx::importModel(model));
  EW_ASSIGN(const onnx::TestData data, onnx::readTestData(imported.graph, model.parent_path() / "test_data_set_0"));
  CompileOptions options;
  options.threads = 1;
  EW_ASSIGN(Runtime runtime, Runtime::create(imported.graph, backends, backendId, options));
  TraceObserver observer;
  EW_TRY(runtime.run(data.inputs, observer));
  for (const NodeTrace& entry : observer.trace.nodes) {
    if (entry.backend != backendId || entry.kernel == "reference") continue;
    if (const Node* node = runtime.plan()->graph.node(entry.node)) out.insert(node->opType);
  }
  return {};
}

}  // namespace

std::set<std::string> operatorsAccelerated(const fs::path& suite, const BackendSet& backends, const std::string& backendId) {
  std::set<std::string> out;
  for (const fs::path& model : modelsOf(suite)) {
    // A case that cannot run is runSuite()'s to judge.
    const Status ran = addAccelerated(model, backends, backendId, out);
    static_cast<void>(ran);
  }
  return out;
}

SuiteResult runSuite(const fs::path& suite, const BackendSet& backends, const std::string& backendId) {
  SuiteResult out;
  NoProgress progress;
  CompileOptions options;
  options.threads = 1;
  for (const fs::path& model : modelsOf(suite)) {
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
