// SPDX-License-Identifier: Apache-2.0
#include "tests/onnx/normal_form.h"

#include <algorithm>
#include <set>

#include "core/onnx/tensor_proto.h"

namespace ew::test {
namespace {

template <class Message>
void sortByName(google::protobuf::RepeatedPtrField<Message>& list) {
  std::stable_sort(list.pointer_begin(), list.pointer_end(),
                   [](const Message* a, const Message* b) { return a->name() < b->name(); });
}

void normalize(::onnx::TensorProto& tensor) {
  const Result<Tensor> content = onnx::tensorFromProto(tensor, {});
  if (!content.ok()) return;
  tensor.clear_float_data();
  tensor.clear_double_data();
  tensor.clear_int32_data();
  tensor.clear_int64_data();
  tensor.clear_uint64_data();
  onnx::tensorToProto(*content, tensor);
}

std::string shortDomain(const std::string& domain) { return domain == "ai.onnx" ? "" : domain; }

void normalize(::onnx::GraphProto& graph) {
  std::set<std::string> used, interface;
  for (::onnx::NodeProto& node : *graph.mutable_node()) {
    if (node.has_domain() && shortDomain(node.domain()).empty()) node.clear_domain();
    if (node.name().empty()) node.clear_name();
    sortByName(*node.mutable_attribute());
    for (::onnx::AttributeProto& attribute : *node.mutable_attribute()) {
      if (attribute.has_t()) normalize(*attribute.mutable_t());
      if (attribute.has_g()) normalize(*attribute.mutable_g());
    }
    used.insert(node.output().begin(), node.output().end());
    used.insert(node.input().begin(), node.input().end());
  }
  for (const auto& info : graph.input()) interface.insert(info.name());
  for (const auto& info : graph.output()) interface.insert(info.name());
  for (::onnx::TensorProto& tensor : *graph.mutable_initializer()) {
    normalize(tensor);
    interface.insert(tensor.name());
  }
  sortByName(*graph.mutable_initializer());
  auto& infos = *graph.mutable_value_info();
  infos.erase(
      std::remove_if(infos.begin(), infos.end(),
                     [&](const auto& info) { return interface.contains(info.name()) || !used.contains(info.name()); }),
      infos.end());
  sortByName(infos);
}

}  // namespace

void toNormalForm(::onnx::ModelProto& model) {
  for (auto& entry : *model.mutable_opset_import()) entry.set_domain(shortDomain(entry.domain()));
  normalize(*model.mutable_graph());
}

}  // namespace ew::test
