// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <tuple>
#include <vector>

#include "core/ops/domains.h"
#include "core/ops/op.h"

namespace ew::ops {

#define EW_OP(name) OpDef name##Op();
#include "core/ops/catalog.inc"
#undef EW_OP

std::span<const OpDef> catalog() {
  static const std::vector<OpDef> all = [] {
    std::vector<OpDef> defs{
#define EW_OP(name) name##Op(),
#include "core/ops/catalog.inc"
#undef EW_OP
    };
    std::sort(defs.begin(), defs.end(), [](const OpDef& a, const OpDef& b) {
      return std::tie(a.name, a.domain, a.sinceVersion) < std::tie(b.name, b.domain, b.sinceVersion);
    });
    return defs;
  }();
  return all;
}

Lookup findOp(std::string_view opType, std::string_view domain, std::int64_t opset) {
  if (isOnnxDomain(domain)) domain = {};
  // The names that QONNX's operators had before the project had its own.
  if (domain == "onnx.brevitas" || domain == "finn.custom_op.general") domain = "qonnx.custom_op.general";
  // Files often forget to import the vendor's domain that they use.
  if (!domain.empty() && opset == 0) opset = 1;
  const auto all = catalog();
  const auto begin = std::lower_bound(all.begin(), all.end(), opType, [](const OpDef& def, std::string_view name) { return def.name < name; });
  std::string known;
  for (auto def = begin; def != all.end() && def->name == opType; ++def) {
    if (def->domain != domain) continue;
    if (opset >= def->sinceVersion && opset <= def->lastVersion) return {&*def, {}};
    known += (known.empty() ? "" : ", ") + std::to_string(def->sinceVersion) + " to " + std::to_string(def->lastVersion);
  }
  const std::string name = domain.empty() ? std::string(opType) : std::string(domain) + "." + std::string(opType);
  if (known.empty()) return {nullptr, {ReasonCode::OperatorUnknown, name}};
  return {nullptr, {ReasonCode::OpsetTooNew, name + " of opset " + std::to_string(opset) + "; implemented: " + known}};
}

}  // namespace ew::ops
