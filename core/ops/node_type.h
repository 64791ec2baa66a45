// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/ops/op.h"

namespace ew::ops {

/// The element type that an integer attribute names by ONNX's number; `otherwise` when the node has no such attribute.
/// Unsupported for numbers that are not known.
inline Result<DType> typeAttribute(const Node& node, const std::string& name, DType otherwise) {
  if (!node.attributes.has(name)) return otherwise;
  const std::int64_t number = node.attributes.getInt(name, 0);
  const auto type = number > 0 && number < 1000 ? dtypeFromOnnx(static_cast<int>(number)) : std::nullopt;
  if (type) return *type;
  return unsupported("attribute " + name + " names the element type " + std::to_string(number) + ", which is not known");
}

}  // namespace ew::ops
