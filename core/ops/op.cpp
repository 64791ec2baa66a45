// SPDX-License-Identifier: Apache-2.0
#include "core/ops/op.h"

#include <new>
#include <stdexcept>

#include "core/ops/type_rules.h"

namespace ew::ops {
namespace {

DType typeOf(const ValueFacts& facts) { return facts.dtype; }
DType typeOf(const Tensor& tensor) { return tensor.dtype(); }

template <class Context>
Status checkNode(const OpDef& def, const Context& context) {
  if (context.outputs.empty()) return invalid("the node has no output");
  for (std::size_t i = 0; i < static_cast<std::size_t>(def.requiredInputs); ++i)
    if (!context.has(i)) return invalid("input " + std::to_string(i) + " of " + std::string(def.name) + " is missing");
  if (context.inputs.size() > static_cast<std::size_t>(def.mostInputs))
    return invalid(std::string(def.name) + " takes " + std::to_string(def.mostInputs) + " inputs, not " + std::to_string(context.inputs.size()));
  if (def.takesLists) return {};
  std::vector<DType> types;
  for (const auto& input : context.inputs) types.push_back(typeOf(input));
  for (std::size_t i = 0; i < types.size(); ++i)
    if (const DType type = types[i]; type == DType::sequence || type == DType::optional)
      return invalid("input " + std::to_string(i) + " of " + std::string(def.name) + " is no tensor but " +
                     std::string(type == DType::sequence ? "a sequence" : "an optional"));
  return checkInputTypes(def, types);
}

}  // namespace

std::optional<std::vector<std::int64_t>> InferContext::constantInts(std::size_t index) const {
  if (index >= inputs.size() || inputs[index].constant == nullptr) return std::nullopt;
  // Weights are constants too: only what can be a shape, axes or indices is worth reading.
  if (!isInteger(inputs[index].constant->dtype()) || inputs[index].constant->size() > 4096) return std::nullopt;
  Result<std::vector<std::int64_t>> ints = toInts(*inputs[index].constant);
  if (!ints.ok()) return std::nullopt;
  return std::move(ints).value();
}

std::optional<std::vector<Dim>> InferContext::knownElements(std::size_t index) const {
  if (const auto ints = constantInts(index)) return std::vector<Dim>(ints->begin(), ints->end());
  if (index < inputs.size() && inputs[index].elements != nullptr) return *inputs[index].elements;
  return std::nullopt;
}

Status runInfer(const OpDef& def, InferContext& context) {
  EW_TRY(checkNode(def, context));
  return def.infer(context);
}

Status runCompute(const OpDef& def, ComputeContext& context) {
  EW_TRY(checkNode(def, context));
  try {
    return def.compute(context);
  } catch (const std::bad_alloc&) {
    return limitReached("no memory to run " + std::string(def.name));
  } catch (const std::length_error&) {
    return limitReached("no memory to run " + std::string(def.name));
  }
}

}  // namespace ew::ops
