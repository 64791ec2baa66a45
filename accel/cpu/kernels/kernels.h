// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "accel/cpu/builder.h"

namespace ew::cpu {

/// Lays out the steps of a group. False (before anything was written): this kernel does not take it in this form, so it
/// is tried node by node, and then runs as reference code. A dnnl::error means the same.
using Factory = Result<bool> (*)(Builder& builder, const Group& group);

/// The fast kernel of an operator; nullptr when there is none.
Factory kernelFor(std::string_view opType, std::string_view domain);

/// Whether a convolution may run by Winograd's algorithm.
bool wantsWinograd(const Builder& builder, const Group& group);

/// Resize in the modes that weigh pixels.
Result<bool> addWeightedResize(Builder& builder, const Group& group);

/// Runs a node by its reference code.
Status addReference(Builder& builder, const Node& node);

}  // namespace ew::cpu
