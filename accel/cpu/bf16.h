// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "accel/cpu/dnnl_support.h"
#include "accel/cpu/fusion.h"

namespace ew::cpu {

class Builder;

/// Which layers of a graph compute in bfloat16, because the user asked for it, and which values lie in it between them.
struct Bf16Plan {
  std::set<NodeId> layers;                  ///< anchors of groups
  std::set<ValueId> values;                 ///< written by such a layer and read by nobody else
  std::map<NodeId, std::string> refused;    ///< asked for, and why the layer stays in float32
};

Bf16Plan planBf16(const Builder& builder, const std::vector<Group>& groups);

/// Bytes that a group does not move because its weights and values lie in bfloat16.
std::uint64_t bytesSaved(const Builder& builder, const Group& group);

/// Row-major bfloat16.
Desc plainBf16(const Dims& dims);

}  // namespace ew::cpu
