// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/graph/graph.h"

namespace ew::test {

/// A model of the pool and what its inputs are drawn from.
struct PoolModel {
  const char* name;            ///< file name without ".onnx"
  float high = 1, low = 0;     ///< inputs of floats are uniform between them
  bool severalAtOnce = false;  ///< its first dimension is dynamic: run with 1 and 2
  int every = 1;               ///< only each so many-th element is drawn, the others are 0
};

/// All models of the pool.
const std::vector<PoolModel>& poolModels();

/// The model's graph; fails the test when it cannot be imported.
Graph importPoolModel(const std::filesystem::path& pool, const PoolModel& model);

/// Inputs in the order of the graph's, drawn from a fixed seed, with `batch` for the dynamic first dimension.
std::vector<Tensor> poolInputs(const Graph& graph, const PoolModel& model, std::int64_t batch);

/// For the names of parameterized tests.
std::string testName(const PoolModel& model);

}  // namespace ew::test
