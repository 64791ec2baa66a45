// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/graph/graph.h"

namespace ew::analysis {

/// Content of a value that is known without running: an initializer, or the tensor of a Constant node.
const Tensor* constantOf(const Graph& graph, ValueId id);

/// How integers stand for real numbers: real = (stored - zeroPoint) * scale.
struct Quantization {
  const Tensor* scale = nullptr;      ///< nullptr: 1 (ConvInteger and MatMulInteger leave the scale to others)
  const Tensor* zeroPoint = nullptr;  ///< nullptr: 0
  std::int64_t axis = 0;              ///< of a scale with one element a slice
  std::int64_t blockSize = 0;         ///< DequantizeLinear's attribute; 0: no blocks
};

/// A constant operand: the content as stored, seen through Identity and one DequantizeLinear. The pointers belong
/// to the graph.
struct ConstantRef {
  ValueId value = kNone;              ///< who holds the content (an initializer, or the output of a Constant node)
  const Tensor* stored = nullptr;
  std::optional<Quantization> quantization;
  NodeId dequantize = kNone;          ///< the DequantizeLinear between the content and the reader
};
std::optional<ConstantRef> constantOperand(const Graph& graph, ValueId id);

/// One weight of a node.
struct WeightRef : ConstantRef {
  std::size_t input = 0;              ///< index among the node's inputs
  std::int64_t channelAxis = 0;       ///< axis of output channels
};

/// The weights of a node, the main one first; empty when its operator has none or they are computed at run time.
std::vector<WeightRef> weightsOf(const Graph& graph, const Node& node);

/// Every constant that counts as parameters of the node: weights, biases, the operands of normalizations, constant
/// addends and factors. Settings (shapes, bounds, pads), scales and zero points do not.
std::vector<ConstantRef> parametersOf(const Graph& graph, const Node& node);

/// Index of the operand that is added per output channel (B of Conv, C of Gemm); -1 when the operator has none.
int biasInput(const Node& node);

/// The real numbers as float32, computed as DequantizeLinear does; shares the buffer of a float32 weight.
Result<Tensor> dequantized(const ConstantRef& constant);

}  // namespace ew::analysis
