// SPDX-License-Identifier: Apache-2.0
#include <onnx/onnx_pb.h>

#include "tests/fuzz/targets.h"

namespace ew::fuzz {
namespace {

struct Place {
  const char* location;
  const char* offset;
  const char* length;
};

/// Identity of a constant of 4 floats that lies outside.
std::string modelWith(const Place& place) {
  ::onnx::ModelProto model;
  model.set_ir_version(8);
  model.add_opset_import()->set_version(17);
  ::onnx::GraphProto& graph = *model.mutable_graph();
  graph.set_name("g");
  ::onnx::TensorProto& tensor = *graph.add_initializer();
  tensor.set_name("w");
  tensor.set_data_type(::onnx::TensorProto::FLOAT);
  tensor.add_dims(4);
  tensor.set_data_location(::onnx::TensorProto::EXTERNAL);
  const std::pair<const char*, const char*> entries[] = {{"location", place.location}, {"offset", place.offset}, {"length", place.length}};
  for (const auto& [key, value] : entries) {
    if (value == nullptr) continue;
    ::onnx::StringStringEntryProto& entry = *tensor.add_external_data();
    entry.set_key(key);
    entry.set_value(value);
  }
  ::onnx::NodeProto& node = *graph.add_node();
  node.set_op_type("Identity");
  node.add_input("w");
  node.add_output("y");
  graph.add_output()->set_name("y");
  return model.SerializeAsString();
}

}  // namespace

std::vector<std::string> externalDataSeeds() {
  std::vector<std::string> out;
  for (const Place& place : {Place{"weights.bin", nullptr, nullptr}, Place{"weights.bin", "0", "16"}, Place{"weights.bin", "3", "16"},
                             Place{"./weights.bin", "16", nullptr}, Place{"../weights.bin", "0", "16"}, Place{"model.onnx", "0", "16"}}) {
    const std::string model = modelWith(place);
    out.push_back(std::to_string(model.size()) + "\n" + model + "0123456789abcdef");
    out.push_back(std::to_string(model.size()) + "\n" + model + "0123456789abcdef0123456789abcdef");
  }
  return out;
}

}  // namespace ew::fuzz
