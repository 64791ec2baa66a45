// SPDX-License-Identifier: Apache-2.0
#include "tests/samples/sample.h"

#include <gtest/gtest.h>

#include "accel/backends.h"
#include "core/onnx/onnx_file.h"
#include "core/recipe/runner.h"

namespace ew::test {
namespace {

std::vector<std::shared_ptr<const recipe::State>> sampleStates() {
  Result<onnx::Imported> imported = onnx::importModel(sampleRecipe().model);
  if (!imported.ok()) throw std::runtime_error(imported.error().text());
  recipe::Runner runner(std::make_shared<Graph>(std::move(imported->graph)), allBackends());
  NoProgress progress;
  auto states = runner.run(sampleRecipe(), progress);
  if (!states.ok()) throw std::runtime_error(states.error().text());
  return std::move(states).value();
}

const std::vector<std::shared_ptr<const recipe::State>>& states() {
  static const auto all = sampleStates();
  return all;
}

}  // namespace

std::filesystem::path sampleFolder() { return std::filesystem::path(EW_SOURCE_DIR) / "resources" / "samples"; }

const recipe::Recipe& sampleRecipe() {
  static const recipe::Recipe recipe = [] {
    Result<recipe::Recipe> loaded = recipe::loadRecipe(sampleFolder() / "fashion.yaml");
    if (!loaded.ok()) throw std::runtime_error(loaded.error().text());
    return std::move(loaded).value();
  }();
  return recipe;
}

const Graph& originalSample() { return states().front()->graph; }
const Graph& quantizedSample() { return states().back()->graph; }

std::vector<Tensor> evaluationImages(std::int64_t count) {
  const Value& input = originalSample().value(originalSample().inputs()[0]);
  const auto dataset = data::openDataset(*sampleRecipe().evaluation, input.dtype, input.shape);
  if (!dataset.ok()) throw std::runtime_error(dataset.error().text());
  std::vector<Tensor> out;
  for (std::int64_t i = 0; i < std::min(count, (*dataset)->size()); ++i) out.push_back((*dataset)->sample(i)->input);
  return out;
}

std::vector<Tensor> outputsOn(const std::string& backend, const Graph& graph, const std::vector<Tensor>& images,
                              Requantization requantization) {
  CompileOptions options;
  options.requantization = requantization;
  Result<Runtime> runtime = Runtime::create(graph, allBackends(), backend, options);
  if (!runtime.ok()) {
    ADD_FAILURE() << backend << ": " << runtime.error().text();
    return {};
  }
  std::vector<Tensor> out;
  for (const Tensor& image : images) {
    Result<std::vector<Tensor>> outputs = runtime->run(std::vector{image});
    if (!outputs.ok()) {
      ADD_FAILURE() << backend << ": " << outputs.error().text();
      return {};
    }
    out.push_back(std::move((*outputs)[0]));
  }
  return out;
}

}  // namespace ew::test
