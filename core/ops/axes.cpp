// SPDX-License-Identifier: Apache-2.0
#include "core/ops/axes.h"

#include <string>

namespace ew::ops {
namespace {

constexpr std::int64_t maxInts = 4096;

}  // namespace

Result<std::size_t> normalizedAxis(std::int64_t axis, std::size_t rank) {
  const auto count = static_cast<std::int64_t>(rank);
  if (axis < -count || axis >= count)
    return invalid("axis " + std::to_string(axis) + " is out of range for rank " + std::to_string(rank));
  return static_cast<std::size_t>(axis < 0 ? axis + count : axis);
}

Result<std::vector<std::size_t>> normalizedAxes(std::span<const std::int64_t> axes, std::size_t rank) {
  std::vector<std::size_t> out;
  std::vector<bool> seen(rank, false);
  for (const std::int64_t axis : axes) {
    EW_ASSIGN(const std::size_t normal, normalizedAxis(axis, rank));
    if (seen[normal]) return invalid("axis " + std::to_string(axis) + " is named twice");
    seen[normal] = true;
    out.push_back(normal);
  }
  return out;
}

Result<std::vector<std::int64_t>> intsOf(const Tensor& operand, std::string_view name) {
  const std::string what(name);
  if (!isInteger(operand.dtype()))
    return invalid(what + " must hold integers, not " + std::string(dtypeName(operand.dtype())));
  if (operand.rank() > 1) return invalid(what + " must be a vector, not of shape " + dimsText(operand.dims()));
  if (operand.size() > maxInts) return limitReached(what + " has over " + std::to_string(maxInts) + " values");
  return toInts(operand);
}

Result<std::int64_t> intOf(const Tensor& operand, std::string_view name) {
  if (!isInteger(operand.dtype()) || operand.size() != 1)
    return invalid(std::string(name) + " must be one integer, not " + std::string(dtypeName(operand.dtype())) +
                   " of shape " + dimsText(operand.dims()));
  EW_ASSIGN(const std::vector<std::int64_t> values, toInts(operand));
  return values[0];
}

}  // namespace ew::ops
