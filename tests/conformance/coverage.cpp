// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/coverage.h"

#include <algorithm>
#include <array>
#include <optional>

#include "accel/backends.h"
#include "core/analysis/recorded.h"
#include "core/onnx/onnx_file.h"
#include "core/ops/cast_elements.h"
#include "core/ops/infer.h"
#include "tests/conformance/suite.h"

namespace ew::test {
namespace {

namespace fs = std::filesystem;
using Key = std::pair<std::string, std::string>;

constexpr std::array allTypes{DType::f32, DType::f16, DType::bf16, DType::f64, DType::f8e4m3, DType::f8e4m3fnuz, DType::f8e5m2, DType::f8e5m2fnuz,
                              DType::f8e8m0, DType::f4e2m1, DType::i2, DType::u2, DType::i4, DType::u4, DType::i8, DType::u8, DType::i16, DType::u16,
                              DType::i32, DType::u32, DType::i64, DType::u64, DType::boolean, DType::string};

std::string domainOf(const std::string& domain) { return domain.empty() ? "ai.onnx" : domain; }
Key keyOf(const Node& node) { return {domainOf(node.domain), node.opType}; }

/// Nothing when it ran, else the kind of error: Invalid for a type that the operator's definition does not allow.
std::optional<ErrorCode> errorAs(const ops::OpDef& def, const Node& node, std::int64_t opset, std::vector<Tensor> inputs, std::size_t subject, DType type) {
  const DType before = inputs[subject].dtype();
  for (Tensor& input : inputs) {
    if (input.dtype() != before) continue;
    const Result<Tensor> cast = ops::castElements(input, type);
    if (!cast.ok()) return ErrorCode::Invalid;
    input = *cast;
  }
  ops::ComputeContext context{node, opset, std::move(inputs), std::vector<Tensor>(node.outputs.size())};
  const Status ran = ops::runCompute(def, context);
  return ran.ok() ? std::nullopt : std::optional(ran.error().code);
}

/// The types that the operands of a passed case of one node may be replaced with.
void tryTypes(const Graph& graph, const fs::path& folder, OperatorCoverage& out) {
  const Node& node = graph.nodes().front();
  const ops::Lookup found = ops::findOp(graph, node);
  const Result<onnx::TestData> data = onnx::readTestData(graph, folder);
  if (found.def == nullptr || !data.ok()) return;
  // The graphs of a node say what it takes.
  for (const auto& [name, value] : node.attributes.all())
    if (std::holds_alternative<SubgraphPtr>(value)) return;
  std::vector<Tensor> inputs;
  for (const ValueId id : node.inputs) {
    const auto at = std::ranges::find(graph.inputs(), id);
    if (id != kNone && at == graph.inputs().end()) return;
    inputs.push_back(id == kNone ? Tensor() : data->inputs[static_cast<std::size_t>(at - graph.inputs().begin())]);
  }
  for (std::size_t subject = 0; subject < inputs.size(); ++subject) {
    if (!inputs[subject].present() || inputs[subject].dtype() == DType::sequence || inputs[subject].dtype() == DType::optional) continue;
    for (const DType type : allTypes) {
      if (out.ranTypes.contains(type)) continue;
      const std::optional<ErrorCode> error = errorAs(*found.def, node, graph.opset(node.domain), inputs, subject, type);
      if (!error) out.ranTypes.insert(type);
      else if (*error == ErrorCode::Unsupported && node.domain.empty()) out.refusedTypes.insert(type);
    }
  }
}

void addPassed(const Graph& graph, Coverage& coverage) {
  const Result<ops::Inference> inferred = ops::inferShapes(graph);
  const Graph& typed = inferred.ok() ? inferred->graph : graph;
  for (const Node& node : typed.nodes()) {
    OperatorCoverage& entry = coverage[keyOf(node)];
    entry.opsets.insert(std::max<std::int64_t>(1, graph.opset(node.domain)));
    for (const ValueId id : node.inputs)
      if (id != kNone && typed.value(id).dtype != DType::none) entry.checkedTypes.insert(typed.value(id).dtype);
  }
}

void addCase(const fs::path& model, Coverage& coverage) {
  NoProgress progress;
  CompileOptions options;
  options.threads = 1;
  const Result<onnx::Imported> imported = onnx::importModel(model);
  if (!imported.ok()) return;
  const Graph& graph = imported->graph;
  const Result<analysis::RecordedReport> report = analysis::verifyRecorded(model, {}, allBackends(), "reference", options, progress);
  const bool passed = report.ok() && report->result == analysis::RecordedReport::Result::Passed;
  std::set<Key> used;
  for (const Node& node : graph.nodes()) used.insert(keyOf(node));
  for (const Key& key : used) ++(passed ? coverage[key].passed : coverage[key].refused);
  if (!passed) return;
  addPassed(graph, coverage);
  if (graph.nodes().size() == 1) tryTypes(graph, model.parent_path() / "test_data_set_0", coverage[*used.begin()]);
}

}  // namespace

Coverage measureCoverage(const std::vector<fs::path>& suites) {
  Coverage coverage;
  for (const fs::path& suite : suites)
    for (const fs::path& model : modelsOf(suite)) addCase(model, coverage);
  for (auto& [key, entry] : coverage) {
    entry.ranTypes.insert(entry.checkedTypes.begin(), entry.checkedTypes.end());
    std::erase_if(entry.refusedTypes, [&entry](DType type) { return entry.ranTypes.contains(type); });
  }
  return coverage;
}

}  // namespace ew::test
