// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace ew::onnx {

/// What a model file from a stranger may ask for. Each error has code Limit (exit code 6) and names the file and the
/// place; tests/corpus has a case for each.
struct Limits {
  /// Of the model file, and of each file with external data: "file has N bytes, the limit is M".
  std::int64_t fileBytes = std::int64_t{16} << 30;
  /// Of everything but raw_data, which is what protobuf reads (it can do no more): "has N bytes beside its raw data, the
  /// limit is M".
  std::int64_t messageBytes = INT32_MAX;
  /// Nodes, those in subgraphs included: "the graph has over N nodes, the limit".
  std::int64_t nodes = 1'000'000;
  /// Dimensions of a tensor or value: "rank N is over the limit of M".
  std::int64_t rank = 64;
  /// Graphs in graphs: "is nested deeper than the limit of N levels".
  std::int64_t nesting = 64;
  /// Nodes that the calls of local functions become: "the calls of local functions expand to over N nodes, the limit".
  std::int64_t expandedNodes = 200'000;
  /// Elements of a tensor: "shape S is over the limit of N elements". (What is not mapped is also held to
  /// checkAllocation(): "N elements of T are over the limit of M for one tensor".)
  std::int64_t elements = std::int64_t{1} << 34;
  /// Elements of all sparse initializers of a model together, as the dense tensors that operators want: "sparse tensor of
  /// shape S is over the limit of N elements".
  std::int64_t sparseElements = std::int64_t{1} << 28;
};

}  // namespace ew::onnx
