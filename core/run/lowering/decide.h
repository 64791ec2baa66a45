// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "core/run/lowering/matcher.h"
#include "core/run/plan.h"

namespace ew::lowering {

/// What both forms of a quantized layer cost, in microseconds of one core as the fixed rates below say: never measured, so
/// that every machine and backend decides alike and gives the same bytes. The integer form reads and writes bytes. The
/// float form turns each activation that only it reads into floats, computes, and quantizes its result.
///   work                                                   a nanosecond
///   multiply-accumulate of floats                            60
///   multiply-accumulate of bytes, weights constant          200
///   multiply-accumulate of bytes, of two activations          1   (no weights to prepare: the reference's loops)
///   element of another operator, as float                     8
///   element of another operator, as byte                     16
///   element converted between float and byte                 10
///   and 200 ns for each of these steps
struct FormCosts {
  double integer = 0, floats = 0;
};

/// Nothing when a shape is not known.
std::optional<FormCosts> formCosts(const Matcher& matcher, const Node& node);

/// Whether a layer that has an integer form is better kept as the graph spells it; says so in `decisions`.
bool keepFloat(const Matcher& matcher, const Node& node, std::vector<Decision>& decisions);

/// Why the layers that are float in the lowered graph, though they read quantized values, are.
void explainFloats(const Graph& lowered, std::span<const Rule> rules, std::vector<Decision>& decisions);

}  // namespace ew::lowering
