// SPDX-License-Identifier: Apache-2.0
#include "core/ops/attributes.h"

#include <limits>

namespace ew::ops {

Result<std::size_t> normalizedAxis(std::int64_t axis, std::size_t rank, const std::string& what) {
  const auto extent = static_cast<std::int64_t>(rank);
  if (axis < -extent || axis >= extent)
    return invalid(what + " " + std::to_string(axis) + " is outside -" + std::to_string(extent) + " .. " + std::to_string(extent - 1));
  return static_cast<std::size_t>(axis < 0 ? axis + extent : axis);
}

Result<std::vector<std::size_t>> normalizedAxes(std::span<const std::int64_t> axes, std::size_t rank, const std::string& what) {
  std::vector<std::size_t> out;
  std::vector<bool> seen(rank, false);
  for (const std::int64_t axis : axes) {
    EW_ASSIGN(const std::size_t normal, normalizedAxis(axis, rank, what));
    if (seen[normal]) return invalid(what + " names axis " + std::to_string(axis) + " twice");
    seen[normal] = true;
    out.push_back(normal);
  }
  return out;
}

Result<std::vector<std::int64_t>> listAttribute(const Node& node, const std::string& name, std::size_t count,
                                                std::int64_t otherwise, std::int64_t least) {
  std::vector<std::int64_t> out = node.attributes.getInts(name, std::vector<std::int64_t>(count, otherwise));
  if (out.size() != count)
    return invalid("attribute " + name + " has " + std::to_string(out.size()) + " entries, not " + std::to_string(count));
  for (const std::int64_t entry : out)
    if (entry < least || entry > std::numeric_limits<std::int32_t>::max())
      return invalid("attribute " + name + " has the value " + std::to_string(entry));
  return out;
}

}  // namespace ew::ops
