// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>
#include <onnx/onnx_pb.h>

#include <string>
#include <vector>

#include "core/onnx/onnx_file.h"
#include "core/run/runtime.h"

namespace ew::test {

using Names = std::vector<std::string>;

inline ::onnx::NodeProto& addNode(google::protobuf::RepeatedPtrField<::onnx::NodeProto>& nodes, const std::string& op, const Names& inputs,
                                  const Names& outputs) {
  ::onnx::NodeProto& node = *nodes.Add();
  node.set_op_type(op);
  for (const std::string& name : inputs) node.add_input(name);
  for (const std::string& name : outputs) node.add_output(name);
  return node;
}

inline ::onnx::NodeProto& addNode(::onnx::GraphProto& graph, const std::string& op, const Names& inputs, const Names& outputs) {
  return addNode(*graph.mutable_node(), op, inputs, outputs);
}

inline ::onnx::AttributeProto& addAttribute(::onnx::NodeProto& node, const std::string& name, ::onnx::AttributeProto::AttributeType type) {
  ::onnx::AttributeProto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(type);
  return attribute;
}

inline void setInt(::onnx::NodeProto& node, const std::string& name, std::int64_t value) {
  addAttribute(node, name, ::onnx::AttributeProto::INT).set_i(value);
}

inline void addValue(google::protobuf::RepeatedPtrField<::onnx::ValueInfoProto>& list, const std::string& name, int type = 0) {
  ::onnx::ValueInfoProto& info = *list.Add();
  info.set_name(name);
  if (type != 0) info.mutable_type()->mutable_tensor_type()->set_elem_type(type);
}

/// A graph attribute with these formal inputs and outputs.
inline ::onnx::GraphProto& addGraph(::onnx::NodeProto& node, const std::string& name, const Names& inputs, const Names& outputs) {
  ::onnx::GraphProto& graph = *addAttribute(node, name, ::onnx::AttributeProto::GRAPH).mutable_g();
  graph.set_name(name);
  for (const std::string& input : inputs) addValue(*graph.mutable_input(), input);
  for (const std::string& output : outputs) addValue(*graph.mutable_output(), output, ::onnx::TensorProto::FLOAT);
  return graph;
}

inline void addConstant(::onnx::GraphProto& graph, const std::string& name, const std::vector<float>& values, bool scalar = false) {
  ::onnx::TensorProto& tensor = *graph.add_initializer();
  tensor.set_name(name);
  tensor.set_data_type(::onnx::TensorProto::FLOAT);
  if (!scalar) tensor.add_dims(static_cast<std::int64_t>(values.size()));
  for (const float value : values) tensor.add_float_data(value);
}

inline void addConstant(::onnx::GraphProto& graph, const std::string& name, std::int64_t value) {
  ::onnx::TensorProto& tensor = *graph.add_initializer();
  tensor.set_name(name);
  tensor.set_data_type(::onnx::TensorProto::INT64);
  tensor.add_int64_data(value);
}

inline ::onnx::ModelProto newModel(const Names& inputs, const Names& outputs, std::int64_t opset = 17) {
  ::onnx::ModelProto model;
  model.set_ir_version(8);
  model.add_opset_import()->set_version(opset);
  model.mutable_graph()->set_name("g");
  for (const std::string& name : inputs) addValue(*model.mutable_graph()->mutable_input(), name);
  for (const std::string& name : outputs) addValue(*model.mutable_graph()->mutable_output(), name);
  return model;
}

inline Graph graphOf(const ::onnx::ModelProto& model) {
  Result<onnx::Imported> imported = onnx::importBytes(model.SerializeAsString(), ".");
  EXPECT_TRUE(imported.ok()) << imported.error().text();
  return imported.ok() ? std::move(imported->graph) : Graph();
}

/// On the reference backend.
inline Result<std::vector<Tensor>> runModel(const ::onnx::ModelProto& model, const std::vector<Tensor>& inputs) {
  EW_ASSIGN(Runtime runtime, Runtime::create(graphOf(model), BackendSet(), "reference"));
  return runtime.run(inputs);
}

inline std::vector<double> numbers(const Tensor& tensor) {
  const Result<std::vector<double>> values = toDoubles(tensor);
  return values.ok() ? *values : std::vector<double>{};
}

}  // namespace ew::test
