// SPDX-License-Identifier: Apache-2.0
#include "core/ops/control_flow.h"

#include <algorithm>

#include "core/base/checked.h"
#include "core/base/text.h"
#include "core/ops/item_facts.h"
#include "core/ops/move.h"

namespace ew::ops {

Result<const Subgraph*> bodyOf(const Node& node, const std::string& attribute) {
  const SubgraphPtr* found = node.attributes.find<SubgraphPtr>(attribute);
  if (found == nullptr || *found == nullptr) return invalid("is missing or no graph").at("attribute " + inQuotes(attribute));
  return found->get();
}

Result<std::vector<Tensor>> runBody(ComputeContext& context, const std::string& attribute, std::span<const Tensor> inputs,
                                    std::size_t outputs) {
  if (context.subgraphs == nullptr) return unsupported("graphs inside nodes are not run here");
  EW_ASSIGN(std::vector<Tensor> made, context.subgraphs->run(attribute, inputs));
  if (made.size() < outputs)
    return invalid("the graph gives " + std::to_string(made.size()) + " values where " + std::to_string(outputs) + " are needed")
        .at("attribute " + inQuotes(attribute));
  made.resize(outputs);
  return made;
}

Result<std::vector<InferContext::Output>> inferBody(InferContext& context, const std::string& attribute,
                                                    std::span<const ValueFacts> inputs, std::size_t outputs) {
  if (context.subgraphs == nullptr) return std::vector<InferContext::Output>(outputs);
  EW_ASSIGN(std::vector<InferContext::Output> found, context.subgraphs->infer(attribute, inputs));
  if (found.size() < outputs)
    return invalid("the graph gives " + std::to_string(found.size()) + " values where " + std::to_string(outputs) + " are needed")
        .at("attribute " + inQuotes(attribute));
  found.resize(outputs);
  return found;
}

Result<bool> conditionOf(const Tensor& tensor, const std::string& name) {
  if (tensor.dtype() != DType::boolean || tensor.size() != 1)
    return invalid(name + " must be one bool, not " + std::string(dtypeName(tensor.dtype())) + " " + dimsText(tensor.dims()));
  return tensor.data<bool>()[0];
}

ValueFacts typeOf(const ValueFacts& facts) {
  ValueFacts out;
  out.dtype = facts.dtype;
  out.shape = facts.shape;
  out.item = facts.item;
  return out;
}

ValueFacts typeOf(const InferContext::Output& output) {
  ValueFacts out;
  out.dtype = output.dtype;
  out.shape = output.shape;
  out.item = output.item;
  return out;
}

InferContext::Output outputOf(const ValueFacts& facts) {
  InferContext::Output out;
  out.dtype = facts.dtype;
  out.shape = facts.shape;
  out.item = facts.item;
  return out;
}

InferContext::Output commonType(const InferContext::Output& a, const InferContext::Output& b) {
  InferContext::Output out;
  if (a.dtype != b.dtype) return out;
  out.dtype = a.dtype;
  out.shape = commonShape(a.shape, b.shape);
  out.item = commonItem(a.item, b.item);
  return out;
}

Status Stack::add(const Tensor& tensor) {
  if (!tensor.present() || tensor.dtype() == DType::sequence || tensor.dtype() == DType::optional)
    return invalid("what is collected from pass to pass must be tensors");
  if (count_ > 0 && (tensor.dtype() != items_.dtype() || tensor.dims() != itemDims_))
    return invalid("values of different passes cannot be joined: " + std::string(dtypeName(items_.dtype())) + " " +
                   dimsText(itemDims_) + ", then " + std::string(dtypeName(tensor.dtype())) + " " + dimsText(tensor.dims()));
  if (count_ == 0) itemDims_ = tensor.dims();
  if (count_ == capacity_) {
    Dims dims = itemDims_;
    capacity_ = capacity_ == 0 ? 1 : capacity_ * 2;
    dims.insert(dims.begin(), capacity_);
    EW_ASSIGN(Tensor larger, Tensor::create(tensor.dtype(), std::move(dims)));
    if (count_ > 0) copyRun(items_, 0, larger, 0, count_ * tensor.size());
    items_ = std::move(larger);
  }
  copyRun(tensor, 0, items_, count_ * tensor.size(), tensor.size());
  ++count_;
  return {};
}

Result<Tensor> Stack::finish(std::size_t axis, bool reversed) const {
  if (axis > itemDims_.size()) return invalid("axis " + std::to_string(axis) + " is over the rank of the result");
  Layout source = layoutOf(items_);
  std::int64_t step = source.strides[0];
  source.strides.erase(source.strides.begin());
  if (reversed) {
    source.offset = (count_ - 1) * step;
    step = -step;
  }
  source.strides.insert(source.strides.begin() + static_cast<std::ptrdiff_t>(axis), step);
  Dims dims = itemDims_;
  dims.insert(dims.begin() + static_cast<std::ptrdiff_t>(axis), count_);
  return gathered(items_, source, std::move(dims));
}

Result<Tensor> emptyStack(const Subgraph& body, std::size_t output, std::size_t axis) {
  const Value& value = body.graph.value(body.graph.outputs()[output]);
  const std::string place = "output " + inQuotes(value.name) + " of the graph";
  if (value.dtype == DType::none || value.dtype == DType::sequence || value.dtype == DType::optional)
    return unsupported("there are no passes, and its type is not declared").at(place);
  Dims dims;
  if (value.shape)
    for (const Dim& dim : value.shape->dims()) dims.push_back(dim.known() ? dim.extent : 0);
  dims.insert(dims.begin() + static_cast<std::ptrdiff_t>(std::min(axis, dims.size())), 0);
  return Tensor::create(value.dtype, std::move(dims));
}

Result<Tensor> sliceAt(const Tensor& tensor, std::size_t axis, std::int64_t index) {
  Layout source = layoutOf(tensor);
  source.offset = index * source.strides[axis];
  source.strides.erase(source.strides.begin() + static_cast<std::ptrdiff_t>(axis));
  Dims dims = tensor.dims();
  dims.erase(dims.begin() + static_cast<std::ptrdiff_t>(axis));
  return gathered(tensor, source, std::move(dims));
}

}  // namespace ew::ops
