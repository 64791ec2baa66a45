// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <vector>

#include "core/recipe/recipe.h"
#include "core/run/runtime.h"

namespace ew::test {

/// resources/samples
std::filesystem::path sampleFolder();
/// Its recipe, fashion.yaml.
const recipe::Recipe& sampleRecipe();
/// The model as it is stored, and after the recipe's steps. Made once.
const Graph& originalSample();
const Graph& quantizedSample();
/// The first evaluation images, as the model takes them.
std::vector<Tensor> evaluationImages(std::int64_t count);

/// The first output for each image; an error fails the test and gives nothing.
std::vector<Tensor> outputsOn(const std::string& backend, const Graph& graph, const std::vector<Tensor>& images,
                              Requantization requantization = Requantization::Float);

}  // namespace ew::test
