// SPDX-License-Identifier: Apache-2.0
#include "core/ops/int_operand.h"

namespace ew::ops {
namespace {

constexpr std::int64_t maxInts = 4096;

IntList fromAttribute(const Node& node, const std::string& attribute) {
  const auto* list = node.attributes.find<std::vector<std::int64_t>>(attribute);
  if (list != nullptr) return {true, true, *list};
  return {};
}

}  // namespace

Result<std::vector<std::int64_t>> intsOf(const Tensor& operand, const std::string& name) {
  if (!isInteger(operand.dtype()))
    return invalid(name + " must hold integers, not " + std::string(dtypeName(operand.dtype())));
  if (operand.rank() > 1) return invalid(name + " must be a vector, not of shape " + dimsText(operand.dims()));
  if (operand.size() > maxInts) return limitReached(name + " has over " + std::to_string(maxInts) + " values");
  return toInts(operand);
}

Result<std::int64_t> intOf(const Tensor& operand, const std::string& name) {
  if (!isInteger(operand.dtype()) || operand.size() != 1)
    return invalid(name + " must be one integer, not " + std::string(dtypeName(operand.dtype())) + " of shape " +
                   dimsText(operand.dims()));
  EW_ASSIGN(const std::vector<std::int64_t> values, toInts(operand));
  return values[0];
}

Result<IntList> intList(const ComputeContext& context, std::size_t input, const std::string& attribute) {
  if (!context.has(input)) return fromAttribute(context.node, attribute);
  EW_ASSIGN(std::vector<std::int64_t> values, intsOf(context.inputs[input], attribute));
  return IntList{true, true, std::move(values)};
}

Result<IntList> intList(const InferContext& context, std::size_t input, const std::string& attribute) {
  if (!context.has(input)) return fromAttribute(context.node, attribute);
  const Tensor* constant = context.inputs[input].constant;
  if (constant == nullptr) return IntList{true, false, {}};
  EW_ASSIGN(std::vector<std::int64_t> values, intsOf(*constant, attribute));
  return IntList{true, true, std::move(values)};
}

}  // namespace ew::ops
