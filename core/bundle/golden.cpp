// SPDX-License-Identifier: Apache-2.0
#include "core/bundle/golden.h"

#include <algorithm>
#include <cmath>

#include "core/device/profile.h"

namespace ew::bundle {
namespace {

constexpr std::int64_t goldenCount = 4;
constexpr double relativeTolerance = 1e-4;
constexpr const char* backendId = "cpu";

Result<Runtime> fixedRuntime(const Graph& graph, const std::string& requantization, const BackendSet& backends) {
  CompileOptions options;
  options.reproducible = true;
  options.requantization = requantization == "fixed" ? Requantization::Fixed : Requantization::Float;
  return Runtime::create(graph, backends, backendId, options);
}

Result<std::vector<std::vector<Tensor>>> goldenInputs(const Graph& graph, const recipe::Recipe& recipe) {
  std::vector<std::vector<Tensor>> out;
  if (recipe.evaluation && graph.inputs().size() == 1) {
    const Value& input = graph.value(graph.inputs()[0]);
    EW_ASSIGN(const auto dataset, data::openDataset(*recipe.evaluation, input.dtype, input.shape));
    for (std::int64_t i = 0; i < std::min(goldenCount, dataset->size()); ++i) {
      EW_ASSIGN(data::Sample sample, dataset->sample(i));
      out.push_back({std::move(sample.input)});
    }
    return out;
  }
  for (std::int64_t i = 0; i < goldenCount; ++i) {
    EW_ASSIGN(std::vector<Tensor> inputs, syntheticInputs(graph, 1, recipe.seed + static_cast<std::uint64_t>(i) + 1));
    out.push_back(std::move(inputs));
  }
  return out;
}

Result<double> relativeError(const Tensor& expected, const Tensor& actual) {
  if (expected.dtype() != actual.dtype() || expected.dims() != actual.dims())
    return Error{ErrorCode::Differs, "shape " + dimsText(actual.dims()) + " instead of " + dimsText(expected.dims())};
  if (expected.equals(actual)) return 0.0;
  EW_ASSIGN(const std::vector<double> a, toDoubles(expected));
  EW_ASSIGN(const std::vector<double> b, toDoubles(actual));
  double largest = 0, error = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (std::isnan(a[i]) != std::isnan(b[i])) return Error{ErrorCode::Differs, "NaN in other places"};
    if (std::isnan(a[i]) || a[i] == b[i]) continue;
    largest = std::max(largest, std::fabs(a[i]));
    error = std::max(error, std::fabs(a[i] - b[i]));
  }
  return largest > 0 ? error / largest : error;
}

}  // namespace

Result<std::vector<GoldenVector>> recordGolden(const Graph& graph, const recipe::Recipe& recipe, const BackendSet& backends) {
  EW_ASSIGN(const device::Profile profile, device::findProfile(recipe.device));
  EW_ASSIGN(const auto inputs, goldenInputs(graph, recipe));
  EW_ASSIGN(Runtime runtime, fixedRuntime(graph, profile.requantization, backends));
  std::vector<GoldenVector> out;
  for (const std::vector<Tensor>& vector : inputs) {
    EW_ASSIGN(std::vector<Tensor> outputs, runtime.run(vector));
    out.push_back({vector, std::move(outputs)});
  }
  return out;
}

Result<double> replayGolden(const Graph& graph, const std::vector<GoldenVector>& vectors, const std::string& requantization,
                            const BackendSet& backends) {
  EW_ASSIGN(Runtime runtime, fixedRuntime(graph, requantization, backends));
  double worst = 0;
  for (std::size_t i = 0; i < vectors.size(); ++i) {
    const std::string place = "golden vector " + std::to_string(i);
    EW_ASSIGN_AT(const std::vector<Tensor> outputs, runtime.run(vectors[i].inputs), place);
    if (outputs.size() != vectors[i].outputs.size()) return Error{ErrorCode::Differs, "other number of outputs"}.at(place);
    for (std::size_t k = 0; k < outputs.size(); ++k) {
      EW_ASSIGN_AT(const double error, relativeError(vectors[i].outputs[k], outputs[k]), place);
      if (error > relativeTolerance)
        return Error{ErrorCode::Differs, "relative error " + std::to_string(error) + " is over " + std::to_string(relativeTolerance)}.at(place);
      worst = std::max(worst, error);
    }
  }
  return worst;
}

}  // namespace ew::bundle
