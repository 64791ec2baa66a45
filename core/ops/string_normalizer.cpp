// SPDX-License-Identifier: Apache-2.0
#include <set>

#include "core/ops/inference.h"
#include "core/ops/utf8.h"

namespace ew::ops {
namespace {

Status infer(InferContext& context) {
  context.outputs[0].dtype = DType::string;
  EW_ASSIGN(const auto x, rankedShape(context, 0, 1, 2));
  if (!x) return {};
  context.outputs[0].shape = x->rank() == 1 ? Shape({Dim()}) : Shape({Dim(1), Dim()});
  return {};
}

Status compute(ComputeContext& context) {
  const Tensor& x = context.inputs[0];
  if (x.dtype() != DType::string) return invalid("X must hold strings, not " + std::string(dtypeName(x.dtype())));
  if (x.rank() < 1 || x.rank() > 2 || (x.rank() == 2 && x.dim(0) != 1)) return invalid("X has the shape " + dimsText(x.dims()) + ", not [C] or [1,C]");
  const std::string action = context.node.attributes.getString("case_change_action", "NONE");
  if (action != "NONE" && action != "LOWER" && action != "UPPER") return invalid("case_change_action is '" + action + "'");
  const bool sensitive = context.node.attributes.getInt("is_case_sensitive", 0) != 0;
  const auto key = [&](const std::string& word) { return sensitive ? word : lowered(word); };
  std::set<std::string> stopwords;
  for (const std::string& word : context.node.attributes.getStrings("stopwords")) stopwords.insert(key(word));
  std::vector<std::string> kept;
  for (const std::string& word : x.stringData())
    if (!stopwords.contains(key(word))) kept.push_back(action == "LOWER" ? lowered(word) : action == "UPPER" ? raised(word) : word);
  if (kept.empty()) kept.emplace_back();
  const auto count = static_cast<std::int64_t>(kept.size());
  context.outputs[0] = Tensor::strings(x.rank() == 1 ? Dims{count} : Dims{1, count}, std::move(kept));
  return {};
}

}  // namespace

OpDef stringNormalizerOp() {
  return {.name = "StringNormalizer", .sinceVersion = 10, .infer = infer, .compute = compute, .mostInputs = 1};
}

}  // namespace ew::ops
