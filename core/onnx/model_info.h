// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.h"
#include "core/graph/graph.h"
#include "core/onnx/proto.h"
#include "core/onnx/warnings.h"

namespace ew::onnx {

/// What the model says beside nodes and values. Invalid: no operator set named where one must be.
Result<ModelInfo> infoFromProto(const pb::ModelProto& model, Warnings& warnings);

/// Adds what a graph says of itself: its name, its doc string and what nothing here interprets.
void keepGraphInfo(const pb::GraphProto& graph, ModelInfo& info);

/// Writes the same back. Annotations of tensors that `graph` no longer has are left out.
Status graphInfoToProto(const Graph& graph, pb::GraphProto& proto);
Status infoToProto(const Graph& graph, pb::ModelProto& model);

}  // namespace ew::onnx
