// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/ops/op.h"

namespace ew::ops {

/// The most passes of one Loop or Scan: an axis of a tensor without elements may claim any number.
inline constexpr std::int64_t maxPasses = 10'000'000;

/// The subgraph attribute, or Invalid.
Result<const Subgraph*> bodyOf(const Node& node, const std::string& attribute);
/// Runs it once, for its first `outputs` values. Invalid when it gives fewer; Unsupported where the caller runs no graphs.
Result<std::vector<Tensor>> runBody(ComputeContext& context, const std::string& attribute, std::span<const Tensor> inputs,
                                    std::size_t outputs);
/// Infers it once; nothing where the caller cannot.
Result<std::vector<InferContext::Output>> inferBody(InferContext& context, const std::string& attribute,
                                                    std::span<const ValueFacts> inputs, std::size_t outputs);

/// The one element of a bool tensor.
Result<bool> conditionOf(const Tensor& tensor, const std::string& name);

/// Type and shape alone: what holds for a value in every pass of a loop says nothing of its content.
ValueFacts typeOf(const ValueFacts& facts);
ValueFacts typeOf(const InferContext::Output& output);
/// What holds for both of two values: extents in which they differ are unknown, and so is a rank.
InferContext::Output commonType(const InferContext::Output& a, const InferContext::Output& b);
InferContext::Output outputOf(const ValueFacts& facts);

/// Tensors of one type and shape one after the other along a new first axis.
class Stack {
 public:
  /// Invalid when it differs from those before in type or shape; Limit when memory would run out.
  Status add(const Tensor& tensor);
  bool empty() const { return count_ == 0; }
  std::size_t itemRank() const { return itemDims_.size(); }
  /// What was added, with the new axis at `axis`, last first when `reversed`.
  Result<Tensor> finish(std::size_t axis = 0, bool reversed = false) const;

 private:
  Tensor items_;  ///< room for capacity_ of them
  Dims itemDims_;
  std::int64_t count_ = 0, capacity_ = 0;
};

/// The stack of none of the values of a body's output: extent 0, and further extents as the body declares them.
Result<Tensor> emptyStack(const Subgraph& body, std::size_t output, std::size_t axis);

/// The part of a tensor at `index` of `axis`, which it no longer has.
Result<Tensor> sliceAt(const Tensor& tensor, std::size_t axis, std::int64_t index);

}  // namespace ew::ops
