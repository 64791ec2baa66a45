// SPDX-License-Identifier: Apache-2.0
#include "core/onnx/model_info.h"

#include "core/base/text.h"
#include "core/onnx/parse.h"
#include "core/onnx/versions.h"

namespace ew::onnx {
namespace {

Status readOpsets(const pb::ModelProto& model, Warnings& warnings, ModelInfo& info) {
  info.opsets.clear();
  for (const pb::OperatorSetIdProto& entry : model.opset_import()) {
    const std::string domain = entry.domain() == "ai.onnx" ? "" : entry.domain();
    const auto [it, isNew] = info.opsets.emplace(domain, entry.version());
    if (!isNew && it->second != entry.version())
      return invalid("operator set " + inQuotes(domain.empty() ? "ai.onnx" : domain) + " is imported in versions " +
                     std::to_string(it->second) + " and " + std::to_string(entry.version()));
    if (!isNew) warnings.add("opset-twice", "an operator set is imported twice");
  }
  if (info.opsets.empty()) {
    if (model.ir_version() >= 3) return invalid("the model names no operator set (opset_import is missing)");
    info.opsets[""] = 1;  // what IR versions 1 and 2 mean
  }
  const auto main = info.opsets.find("");
  if (main != info.opsets.end() && main->second < 1)
    return invalid("operator set version " + std::to_string(main->second) + " does not exist");
  return {};
}

}  // namespace

Result<ModelInfo> infoFromProto(const pb::ModelProto& model, Warnings& warnings) {
  ModelInfo info;
  info.irVersion = model.ir_version();
  if (model.ir_version() <= 0) warnings.add("ir", "the model names no IR version");
  EW_TRY(readOpsets(model, warnings, info));
  if (const std::string text = tooNew(info); !text.empty()) warnings.add("too-new", text + ": the model is not run");
  info.producerName = model.producer_name();
  info.producerVersion = model.producer_version();
  info.domain = model.domain();
  info.docString = model.doc_string();
  info.modelVersion = model.model_version();
  for (const pb::StringStringEntryProto& entry : model.metadata_props())
    info.metadata.emplace_back(entry.key(), entry.value());
  for (const pb::FunctionProto& function : model.functions()) info.functions.push_back(function.SerializeAsString());
  if (model.graph().name().empty()) warnings.add("graph-name", "the graph has no name");

  pb::ModelProto modelRest;
  *modelRest.mutable_training_info() = model.training_info();
  modelRest.mutable_unknown_fields()->MergeFrom(model.unknown_fields());
  info.modelUnknown = modelRest.SerializeAsString();
  return info;
}

void keepGraphInfo(const pb::GraphProto& graph, ModelInfo& info) {
  info.graphName = graph.name();
  info.graphDocString = graph.doc_string();
  pb::GraphProto rest;
  *rest.mutable_quantization_annotation() = graph.quantization_annotation();
  rest.mutable_unknown_fields()->MergeFrom(graph.unknown_fields());
  info.graphUnknown = rest.SerializeAsString();
}

Status graphInfoToProto(const Graph& graph, pb::GraphProto& proto) {
  const ModelInfo& info = graph.info();
  pb::GraphProto rest;
  if (!parseMessage(rest, info.graphUnknown)) return internalError("kept graph fields are malformed");
  for (const pb::TensorAnnotation& annotation : rest.quantization_annotation())
    if (graph.valueNamed(annotation.tensor_name()) != kNone) *proto.add_quantization_annotation() = annotation;
  rest.clear_quantization_annotation();
  proto.MergeFrom(rest);
  if (!info.graphName.empty()) proto.set_name(info.graphName);
  if (!info.graphDocString.empty()) proto.set_doc_string(info.graphDocString);
  return {};
}

Status infoToProto(const Graph& graph, pb::ModelProto& model) {
  const ModelInfo& info = graph.info();
  if (!parseMessage(model, info.modelUnknown)) return internalError("kept model fields are malformed");
  model.set_ir_version(info.irVersion);
  for (const auto& [domain, version] : info.opsets) {
    pb::OperatorSetIdProto& entry = *model.add_opset_import();
    entry.set_domain(domain);
    entry.set_version(version);
  }
  if (!info.producerName.empty()) model.set_producer_name(info.producerName);
  if (!info.producerVersion.empty()) model.set_producer_version(info.producerVersion);
  if (!info.domain.empty()) model.set_domain(info.domain);
  if (!info.docString.empty()) model.set_doc_string(info.docString);
  if (info.modelVersion != 0) model.set_model_version(info.modelVersion);
  for (const auto& [key, value] : info.metadata) {
    pb::StringStringEntryProto& entry = *model.add_metadata_props();
    entry.set_key(key);
    entry.set_value(value);
  }
  for (const std::string& function : info.functions)
    if (!parseMessage(*model.add_functions(), function)) return internalError("a kept function is malformed");
  pb::GraphProto& proto = *model.mutable_graph();
  proto.set_name(info.graphName);  // a model's graph must have the field
  return graphInfoToProto(graph, proto);
}

}  // namespace ew::onnx
