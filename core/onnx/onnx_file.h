// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/graph/graph.h"

namespace ew::onnx {

/// Limits for files from strangers; each error states the limit that was passed.
struct Limits {
  std::int64_t fileBytes = std::int64_t{16} << 30;
  std::int64_t nodes = 1'000'000;
  std::int64_t rank = 64;
  std::int64_t nesting = 64;
  std::int64_t elements = std::int64_t{1} << 34;
};

struct Imported {
  Graph graph;
  std::vector<std::string> warnings;  ///< every oddity that was read round
};

/// Reads a .onnx file. Io: missing or unreadable. Invalid: empty, truncated, not ONNX, broken graph (names the node
/// or tensor). Limit. A newer IR or opset opens with a warning. Unknown operators pass through untouched.
Result<Imported> importModel(const std::filesystem::path& path, const Limits& limits = {});
Result<Imported> importBytes(const std::string& bytes, const std::filesystem::path& folder, const Limits& limits = {});

/// Serializes; what import did not interpret is written back. Deterministic.
Result<std::string> exportBytes(const Graph& graph);
Status exportModel(const Graph& graph, const std::filesystem::path& path);  ///< whole or not at all

/// A TensorProto file (input_0.pb, output_0.pb of recorded test data). Sequences and optionals: Unsupported.
Result<Tensor> readTensorFile(const std::filesystem::path& path);
std::string writeTensorBytes(const Tensor& tensor, const std::string& name);

/// Recorded inputs and outputs, in the order of the graph's.
struct TestData {
  std::vector<Tensor> inputs, outputs;
};
/// Every test_data_set_* folder beside the model, by number.
std::vector<std::filesystem::path> testDataFolders(const std::filesystem::path& model);
/// Tensors are matched to inputs and outputs by name, else by number. Unsupported: an input or output is no tensor.
Result<TestData> readTestData(const Graph& graph, const std::filesystem::path& folder);

}  // namespace ew::onnx
