// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/ops/op.h"

namespace ew::test {

/// A node of one operator with its operands; a Tensor() stands for an absent optional input.
struct OpCall {
  std::string op;
  std::vector<Tensor> inputs = {};
  Attributes attributes = {};
  std::int64_t opset = 18;
  std::size_t outputs = 1;
  std::string domain = {};
};

/// Attributes from {name, value} pairs.
Attributes attributesOf(std::vector<std::pair<std::string, AttributeValue>> values);

/// Runs the reference code. Unsupported when there is no such operator at this opset.
Result<std::vector<Tensor>> runOp(const OpCall& call);
/// What runOp() gives as its only output; a failed expectation and an absent tensor on an error.
Tensor outputOf(const OpCall& call);
/// The code of the error, or nothing when the operator ran.
std::optional<ErrorCode> errorOf(const OpCall& call);

/// Infers the node from facts in place of operands.
Result<std::vector<ops::InferContext::Output>> inferOp(const OpCall& call, const std::vector<ops::ValueFacts>& facts);
/// Facts of a value of this type and shape, of which the content is not known.
ops::ValueFacts unknownOf(DType type, std::vector<Dim> dims);
/// Facts of a constant; the tensor must outlive them.
ops::ValueFacts constantOf(const Tensor& tensor);

}  // namespace ew::test
