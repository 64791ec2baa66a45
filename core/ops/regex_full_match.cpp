// SPDX-License-Identifier: Apache-2.0
#include "core/ops/cost.h"
#include "core/ops/op.h"
#include "core/ops/regex.h"

namespace ew::ops {
namespace {

Status infer(InferContext& context) {
  context.outputs[0].dtype = DType::boolean;
  context.outputs[0].shape = context.inputs[0].shape;
  return {};
}

Status compute(ComputeContext& context) {
  const Tensor& x = context.inputs[0];
  if (x.dtype() != DType::string) return invalid("X must hold strings, not " + std::string(dtypeName(x.dtype())));
  EW_ASSIGN(const Regex regex, Regex::compile(context.node.attributes.getString("pattern", "")));
  std::size_t bytes = 0;
  for (const std::string& text : x.stringData()) bytes += text.size();
  if (work({static_cast<std::int64_t>(bytes), static_cast<std::int64_t>(regex.size())}) > (std::int64_t{1} << 32))
    return limitReached("matching takes over 2^32 steps");
  EW_ASSIGN(Tensor out, Tensor::create(DType::boolean, x.dims()));
  for (std::size_t i = 0; i < x.stringData().size(); ++i) out.mutableData<bool>()[i] = regex.matchesAll(x.stringData()[i]);
  context.outputs[0] = std::move(out);
  return {};
}

}  // namespace

OpDef regexFullMatchOp() {
  return {.name = "RegexFullMatch", .sinceVersion = 20, .infer = infer, .compute = compute, .mostInputs = 1};
}

}  // namespace ew::ops
