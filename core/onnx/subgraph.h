// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/onnx/onnx_file.h"
#include "core/onnx/proto.h"

namespace ew::onnx {

/// Names that the lists of graphs among the attributes of a node read from outside, each once, in order of first use.
/// Invalid when such a graph defines a name twice or has a cycle; Limit when it is nested too deep. `nodes` grows by the
/// nodes inside.
Result<std::vector<std::string>> namesReadByGraphLists(const pb::NodeProto& node, const Limits& limits,
                                                       std::int64_t depth, std::int64_t& nodes);

/// Invalid when a function of the model calls itself, directly or through others.
Status checkFunctions(const pb::ModelProto& model);

/// "node 'conv1'"; a node without a name is named as displayName() does.
std::string placeOf(const pb::NodeProto& node);

}  // namespace ew::onnx
