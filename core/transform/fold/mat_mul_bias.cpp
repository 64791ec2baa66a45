// SPDX-License-Identifier: Apache-2.0
#include "core/transform/fold/rule.h"

namespace ew::transform {
namespace {

/// MatMul of a matrix with a constant one, in a type that Gemm has.
bool isMatrixProduct(const FoldContext& context, const Node& node) {
  const Graph& graph = context.graph();
  const auto& shape = context.shapeOf(node.input(0));
  const Tensor* weight = graph.initializer(node.input(1));
  return node.opType == "MatMul" && node.domain.empty() && graph.opset() >= 7 && weight != nullptr && weight->rank() == 2 &&
         isFloat(weight->dtype()) && shape && shape->rank() == 2;
}

}  // namespace

Result<bool> foldMatMulBias(FoldContext& context, const Node& node) {
  const Graph& graph = context.graph();
  if (node.opType != "Add" || !node.domain.empty() || node.inputs.size() != 2) return false;
  for (std::size_t x = 0; x < 2; ++x) {
    const Node* product = context.privateProducer(node.input(x), node.id);
    const ValueId bias = node.input(1 - x);
    const Tensor* addend = graph.initializer(bias);
    if (product == nullptr || addend == nullptr || !isMatrixProduct(context, *product)) continue;
    const Tensor& weight = *graph.initializer(product->input(1));
    const bool oneRow = addend->rank() >= 1 && addend->rank() <= 2 && addend->dim(addend->rank() - 1) == weight.dim(1) && addend->size() == weight.dim(1);
    if (!oneRow || addend->dtype() != weight.dtype()) continue;
    const NodeId first = product->id;
    const std::string into = displayName(graph, *product);
    Node& gemm = context.edit.mutableNode(first);
    gemm.opType = "Gemm";
    gemm.inputs = {gemm.input(0), gemm.input(1), bias};
    context.absorb(first, *context.graph().node(node.id), "as the bias of " + into);
    return true;
  }
  return false;
}

}  // namespace ew::transform
