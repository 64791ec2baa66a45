// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <optional>

#include "accel/vulkan/builder.h"
#include "accel/vulkan/constants.h"
#include "accel/vulkan/values.h"
#include "core/base/reason.h"
#include "core/ops/quantized.h"

namespace ew::vulkan {

using MaybeReason = std::optional<Reason>;

/// The most groups on one axis that every device takes.
inline constexpr std::int64_t mostGroups = 65535;

inline DType dtypeOf(const Graph& graph, ValueId id) { return id == kNone ? DType::none : graph.value(id).dtype; }
/// refusalOf() has made sure that it is known.
inline Dims dimsOf(const Graph& graph, ValueId id) { return *graph.value(id).shape->concrete(); }

/// TypeNotSupported unless all these inputs that are there, and output 0, are float32.
MaybeReason needsFloat(const Graph& graph, const Node& node, std::initializer_list<std::size_t> inputs);
/// TypeNotSupported unless all these inputs are there and bytes.
MaybeReason needsBytes(const Graph& graph, const Node& node, std::initializer_list<std::size_t> inputs);
/// WeightsNotConstant unless all these inputs are absent or stored.
MaybeReason needsConstants(const Graph& graph, const Node& node, std::initializer_list<std::size_t> inputs);
/// AttributeNotSupported with the text of the error of `result`, if it has one.
template <class T>
MaybeReason refusedBy(const Result<T>& result) {
  if (result.ok()) return std::nullopt;
  return Reason{ReasonCode::AttributeNotSupported, result.error().message};
}
inline MaybeReason first(std::initializer_list<MaybeReason> reasons) {
  for (const MaybeReason& reason : reasons)
    if (reason) return reason;
  return std::nullopt;
}

/// The constants of a node as its reference code sees them; the other inputs are absent.
ops::ComputeContext constantOperands(const Builder& builder, const Node& node);

/// How sums become bytes: the bits of the multiplier, or in fixed mode its integer and shift.
struct Requant { std::int32_t factor = 0, shift = 0; };
Result<Requant> requantFor(float multiplier, bool fixed);

struct ByteRange { std::int32_t low = 0, high = 0; };
ByteRange rangeOf(DType type);

}  // namespace ew::vulkan
