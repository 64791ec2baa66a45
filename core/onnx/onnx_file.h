// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/graph/graph.h"
#include "core/onnx/limits.h"

namespace ew::onnx {

struct Imported {
  Graph graph;
  std::vector<std::string> warnings;  ///< every oddity that was read round
};

/// Reads a .onnx file. Io: missing or unreadable. Invalid: empty, truncated, not ONNX, broken graph (names the node
/// or tensor). Limit. A newer IR or opset opens with a warning. Unknown operators pass through untouched.
/// Weights stay in the file, raw_data as well as external data: the tensors are views of mappings (MappedFile), and only
/// what is changed gets memory of its own. importBytes() copies them, so that the bytes may go.
Result<Imported> importModel(const std::filesystem::path& path, const Limits& limits = {});
Result<Imported> importBytes(const std::string& bytes, const std::filesystem::path& folder, const Limits& limits = {});

/// Serializes in one piece without external data; what import did not interpret is written back. Deterministic.
/// Limit: over 2 GiB, which protobuf cannot read.
Result<std::string> exportBytes(const Graph& graph);

struct ExportOptions {
  bool inlineWeights = false;          ///< write external data into the model file
  std::uint64_t modelBytes = INT32_MAX;  ///< a model file that would be larger gets external data, whatever it had
};
/// The same to a file, tensor by tensor, so that memory does not grow with the model. A tensor that lay in a file of
/// external data goes to one of that name again; a model that would have over 2 GiB gets one, `path` + ".data". Where
/// another model may own a file of that name, `path` + ".data" is used instead. All files appear whole or not at all,
/// the model last. Returns the files written, the model first. Io: also when a mapped file was damaged meanwhile.
Result<std::vector<std::filesystem::path>> exportModel(const Graph& graph, const std::filesystem::path& path,
                                                       const ExportOptions& options = {});

/// A TensorProto file (input_0.pb, output_0.pb of recorded test data).
Result<Tensor> readTensorFile(const std::filesystem::path& path);
std::string writeTensorBytes(const Tensor& tensor, const std::string& name);

/// Recorded inputs and outputs, in the order of the graph's.
struct TestData {
  std::vector<Tensor> inputs, outputs;
};
/// Every test_data_set_* folder beside the model, by number.
std::vector<std::filesystem::path> testDataFolders(const std::filesystem::path& model);
/// Tensors are matched to inputs and outputs by name, else by number. Unsupported: an input or output is neither
/// a tensor nor a sequence or optional of tensors.
Result<TestData> readTestData(const Graph& graph, const std::filesystem::path& folder);

}  // namespace ew::onnx
