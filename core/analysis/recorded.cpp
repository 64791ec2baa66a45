// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/recorded.h"

#include <algorithm>
#include <cmath>

#include "core/base/text.h"
#include "core/onnx/onnx_file.h"
#include "core/ops/random.h"

namespace ew::analysis {
namespace {

namespace fs = std::filesystem;

bool isList(DType type) { return type == DType::sequence || type == DType::optional; }

bool numbersAgree(double actual, double expected, const Tolerance& tolerance) {
  if (std::isnan(actual) || std::isnan(expected)) return std::isnan(actual) && std::isnan(expected);
  if (std::isinf(actual) || std::isinf(expected)) return actual == expected;
  return std::abs(actual - expected) <= tolerance.absolute + tolerance.relative * std::abs(expected);
}

/// "[0,2,1]" of a flat index.
std::string placeText(std::int64_t index, const Dims& dims) {
  const Dims strides = stridesOf(dims);
  std::vector<std::string> parts;
  for (const std::int64_t stride : strides) {
    parts.push_back(std::to_string(stride == 0 ? 0 : index / stride));
    if (stride != 0) index %= stride;
  }
  return "[" + join(parts, ",") + "]";
}

std::string elementText(std::int64_t index, const Dims& dims, const std::string& actual, const std::string& expected) {
  return "element " + placeText(index, dims) + " is " + actual + ", recorded is " + expected;
}

TensorComparison compareStrings(const Tensor& actual, const Tensor& expected) {
  TensorComparison out;
  for (std::size_t i = 0; i < actual.stringData().size() && out.difference.empty(); ++i)
    if (actual.stringData()[i] != expected.stringData()[i])
      out.difference = elementText(static_cast<std::int64_t>(i), actual.dims(), inQuotes(actual.stringData()[i]),
                                   inQuotes(expected.stringData()[i]));
  return out;
}

/// Real and imaginary parts as a last axis.
Tensor complexParts(const Tensor& tensor) {
  if (tensor.dtype() != DType::c64 && tensor.dtype() != DType::c128) return tensor;
  Dims dims = tensor.dims();
  dims.push_back(2);
  Result<Tensor> view = Tensor::view(tensor.dtype() == DType::c64 ? DType::f32 : DType::f64, std::move(dims),
                                     tensor.bytes(), std::make_shared<Tensor>(tensor));
  return view.ok() ? std::move(view).value() : Tensor();
}

TensorComparison compareFloats(const Tensor& actual, const Tensor& expected, const Tolerance& tolerance) {
  TensorComparison out;
  const Result<std::vector<double>> a = toDoubles(actual), b = toDoubles(expected);
  if (!a.ok() || !b.ok())
    return {0, "element type " + std::string(dtypeName(expected.dtype())) + " cannot be compared"};
  for (std::size_t i = 0; i < a->size(); ++i) {
    const double x = (*a)[i], y = (*b)[i];
    if (std::isfinite(x) && std::isfinite(y)) out.maxAbsError = std::max(out.maxAbsError, std::abs(x - y));
    if (out.difference.empty() && !numbersAgree(x, y, tolerance))
      out.difference = elementText(static_cast<std::int64_t>(i), actual.dims(), numberText(x), numberText(y));
  }
  return out;
}

TensorComparison compareIntegers(const Tensor& actual, const Tensor& expected) {
  TensorComparison out;
  const Result<std::vector<std::int64_t>> a = toInts(actual), b = toInts(expected);
  if (!a.ok() || !b.ok())
    return {0, "element type " + std::string(dtypeName(expected.dtype())) + " cannot be compared"};
  for (std::size_t i = 0; i < a->size(); ++i) {
    const std::int64_t x = (*a)[i], y = (*b)[i];
    if (x == y) continue;
    out.maxAbsError = std::max(out.maxAbsError, std::abs(static_cast<double>(x) - static_cast<double>(y)));
    if (out.difference.empty())
      out.difference = elementText(static_cast<std::int64_t>(i), actual.dims(), std::to_string(x), std::to_string(y));
  }
  return out;
}

TensorComparison compareLists(const Tensor& actual, const Tensor& expected, const Tolerance& tolerance) {
  if (actual.items().size() != expected.items().size())
    return {0, "it has " + std::to_string(actual.items().size()) + " items, recorded are " + std::to_string(expected.items().size())};
  TensorComparison out;
  for (std::size_t i = 0; i < actual.items().size(); ++i) {
    const TensorComparison item = compareTensors(actual.items()[i], expected.items()[i], tolerance);
    out.maxAbsError = std::max(out.maxAbsError, item.maxAbsError);
    if (out.difference.empty() && !item.difference.empty()) out.difference = "item " + std::to_string(i) + ": " + item.difference;
  }
  return out;
}

RecordedReport refused(std::string reason) {
  RecordedReport report;
  report.result = RecordedReport::Result::Refused;
  report.reason = std::move(reason);
  return report;
}

bool isRefusal(const Error& error) { return error.code == ErrorCode::Unsupported || error.code == ErrorCode::Limit; }

/// Compares all outputs of one case; the first difference goes into the report.
void compareCase(const Graph& graph, const RecordedCase& recorded, const std::vector<Tensor>& outputs,
                 RecordedReport& report) {
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const TensorComparison compared = compareTensors(outputs[i], recorded.outputs[i]);
    report.maxAbsError = std::max(report.maxAbsError, compared.maxAbsError);
    if (compared.difference.empty() || report.result == RecordedReport::Result::Differs) continue;
    report.result = RecordedReport::Result::Differs;
    report.reason = recorded.folder.filename().string() + ": output " + inQuotes(graph.value(graph.outputs()[i]).name) +
                    ": " + compared.difference;
  }
  ++report.cases;
}

/// What a model that draws random numbers can be held to: element types and shapes.
void compareForm(const RecordedCase& recorded, const std::vector<Tensor>& outputs, RecordedReport& report) {
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    if (outputs[i].dtype() == recorded.outputs[i].dtype() && outputs[i].dims() == recorded.outputs[i].dims()) continue;
    report.result = RecordedReport::Result::Differs;
    report.reason = recorded.folder.filename().string() + ": output " + std::to_string(i) + " is " + std::string(dtypeName(outputs[i].dtype())) + " of shape " +
                    outputs[i].shape().text() + ", recorded is " + std::string(dtypeName(recorded.outputs[i].dtype())) + " of shape " + recorded.outputs[i].shape().text();
  }
  ++report.cases;
}

/// Why the recorded inputs contradict what the model declares; empty when they do not.
std::string contradiction(const Graph& graph, const std::vector<Tensor>& inputs) {
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const Value& value = graph.value(graph.inputs()[i]);
    if (!value.shape || isList(inputs[i].dtype())) continue;
    bool fits = value.shape->rank() == inputs[i].rank();
    for (std::size_t axis = 0; fits && axis < inputs[i].rank(); ++axis)
      fits = !(*value.shape)[axis].known() || (*value.shape)[axis].extent == inputs[i].dim(axis);
    if (!fits)
      return "the recorded input " + inQuotes(value.name) + " has shape " + inputs[i].shape().text() +
             ", the model declares " + value.shape->text();
  }
  return {};
}

bool holdsTensors(const fs::path& folder) {
  std::error_code code;
  return fs::exists(folder / "output_0.pb", code) || fs::exists(folder / "input_0.pb", code);
}

}  // namespace

std::string recordedResultName(RecordedReport::Result result) {
  switch (result) {
    case RecordedReport::Result::Passed: return "passed";
    case RecordedReport::Result::Refused: return "refused";
    case RecordedReport::Result::Differs: return "differs";
  }
  return {};
}

TensorComparison compareTensors(const Tensor& actual, const Tensor& expected, const Tolerance& tolerance) {
  if (actual.dtype() != expected.dtype())
    return {0, "element type is " + std::string(dtypeName(actual.dtype())) + ", recorded is " +
                   std::string(dtypeName(expected.dtype()))};
  if (isList(actual.dtype())) return compareLists(actual, expected, tolerance);
  if (actual.dims() != expected.dims())
    return {0, "shape is " + Shape(actual.dims()).text() + ", recorded is " + Shape(expected.dims()).text()};
  if (actual.dtype() == DType::string) return compareStrings(actual, expected);
  if (isInteger(actual.dtype()) || actual.dtype() == DType::boolean) return compareIntegers(actual, expected);
  return compareFloats(complexParts(actual), complexParts(expected), tolerance);
}

Result<std::vector<fs::path>> recordedFolders(const fs::path& model, const std::vector<fs::path>& folders) {
  std::vector<fs::path> out;
  for (const fs::path& folder : folders) {
    std::error_code code;
    if (!fs::is_directory(folder, code)) return ioError("no such folder").at(folder.string());
    if (holdsTensors(folder)) {
      out.push_back(folder);
      continue;
    }
    const std::vector<fs::path> inside = onnx::testDataFolders(folder / "model.onnx");
    if (inside.empty())
      return ioError("holds neither input_K.pb and output_K.pb nor test_data_set_* folders").at(folder.string());
    out.insert(out.end(), inside.begin(), inside.end());
  }
  if (folders.empty()) out = onnx::testDataFolders(model);
  if (out.empty()) return ioError("no test_data_set_* folder beside the model").at(model.string());
  return out;
}

Result<RecordedReport> verifyRecorded(const fs::path& model, const std::vector<fs::path>& folders,
                                      const BackendSet& backends, const std::string& backendId,
                                      const CompileOptions& options, Progress& progress) {
  Result<onnx::Imported> imported = onnx::importModel(model);
  if (!imported.ok() && !isRefusal(imported.error())) return std::move(imported).error();
  EW_ASSIGN(const std::vector<fs::path> cases, recordedFolders(model, folders));
  if (!imported.ok()) return refused(imported.error().text());
  const Graph graph = std::move(imported->graph);
  Result<Runtime> runtime = Runtime::create(graph, backends, backendId, options);
  if (!runtime.ok() && isRefusal(runtime.error())) return refused(runtime.error().text());
  if (!runtime.ok()) return std::move(runtime).error();

  const auto random = std::ranges::find_if(graph.nodes(), ops::drawsRandomNumbers);
  const bool comparable = random == graph.nodes().end();
  RecordedReport report;
  ProgressObserver observer(progress);
  for (const fs::path& folder : cases) {
    if (progress.cancelled()) return cancelledError();
    progress.step(report.cases, static_cast<std::int64_t>(cases.size()), folder.filename().string());
    Result<onnx::TestData> data = onnx::readTestData(graph, folder);
    if (!data.ok() && isRefusal(data.error())) return refused(data.error().text());
    if (!data.ok()) return std::move(data).error();
    const RecordedCase recorded{folder, std::move(data->inputs), std::move(data->outputs)};
    const std::string problem = contradiction(graph, recorded.inputs);
    if (!problem.empty()) return refused(folder.filename().string() + ": " + problem);
    const Result<std::vector<Tensor>> outputs = runtime->run(recorded.inputs, observer);
    if (!outputs.ok() && isRefusal(outputs.error())) return refused(outputs.error().text());
    if (!outputs.ok()) return outputs.error().at(folder.string());
    if (comparable) compareCase(graph, recorded, *outputs, report);
    else compareForm(recorded, *outputs, report);
  }
  progress.step(report.cases, report.cases, "done");
  if (!comparable && report.result == RecordedReport::Result::Passed)
    return refused("node " + inQuotes(displayName(graph, *random)) + " (" + random->opType +
                   ") draws random numbers: element types and shapes are as recorded, values cannot be compared");
  return report;
}

}  // namespace ew::analysis
