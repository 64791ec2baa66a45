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

std::string shortDomain(const std::string& domain) { return domain == "ai.onnx" ? "" : domain; }

/// Every name that a graph or one inside it reads.
void collectReads(const ::onnx::GraphProto& graph, std::set<std::string>& reads) {
  for (const ::onnx::NodeProto& node : graph.node()) {
    reads.insert(node.input().begin(), node.input().end());
    for (const ::onnx::AttributeProto& attribute : node.attribute()) {
      collectReads(attribute.g(), reads);
      for (const ::onnx::GraphProto& inner : attribute.graphs()) collectReads(inner, reads);
    }
  }
  for (const auto& output : graph.output()) reads.insert(output.name());
}

class Normalizer {
 public:
  explicit Normalizer(const std::filesystem::path& folder) { source_.folder = folder; }

  void graph(::onnx::GraphProto& graph) const {
    std::set<std::string> used, produced;
    collectReads(graph, used);
    for (::onnx::NodeProto& one : *graph.mutable_node()) {
      node(one);
      produced.insert(one.output().begin(), one.output().end());
    }
    if (graph.name().empty()) graph.clear_name();
    if (graph.doc_string().empty()) graph.clear_doc_string();
    std::stable_sort(graph.mutable_node()->pointer_begin(), graph.mutable_node()->pointer_end(), byOutputs);
    constants(graph, used);
    infos(graph, produced);
  }

 private:
  void tensor(::onnx::TensorProto& tensor) const {
    const Result<Tensor> content = onnx::tensorFromProto(tensor, source_);
    if (!content.ok()) return;
    tensor.clear_float_data();
    tensor.clear_double_data();
    tensor.clear_int32_data();
    tensor.clear_int64_data();
    tensor.clear_uint64_data();
    tensor.clear_external_data();
    tensor.clear_data_location();
    onnx::tensorToProto(*content, tensor);
  }

  void node(::onnx::NodeProto& node) const {
    if (node.has_domain() && shortDomain(node.domain()).empty()) node.clear_domain();
    if (node.name().empty()) node.clear_name();
    if (node.doc_string().empty()) node.clear_doc_string();
    sortByName(*node.mutable_attribute());
    for (::onnx::AttributeProto& attribute : *node.mutable_attribute()) {
      if (!attribute.has_type() && attribute.has_t()) attribute.set_type(::onnx::AttributeProto::TENSOR);
      if (attribute.has_t()) tensor(*attribute.mutable_t());
      if (attribute.has_g()) graph(*attribute.mutable_g());
    }
  }

  static bool byOutputs(const ::onnx::NodeProto* a, const ::onnx::NodeProto* b) {
    return std::ranges::lexicographical_compare(a->output(), b->output());
  }

  void constants(::onnx::GraphProto& graph, const std::set<std::string>& used) const {
    auto& list = *graph.mutable_initializer();
    auto& sparse = *graph.mutable_sparse_initializer();
    auto& inputs = *graph.mutable_input();
    // Import says that it leaves out what nothing uses.
    std::set<std::string> dropped;
    for (const auto& one : list)
      if (!used.contains(one.name())) dropped.insert(one.name());
    for (const auto& one : sparse)
      if (!used.contains(one.values().name())) dropped.insert(one.values().name());
    const auto isDropped = [&](const auto& one) { return dropped.contains(one.name()); };
    list.erase(std::remove_if(list.begin(), list.end(), isDropped), list.end());
    inputs.erase(std::remove_if(inputs.begin(), inputs.end(), isDropped), inputs.end());
    sparse.erase(std::remove_if(sparse.begin(), sparse.end(), [&](const auto& one) { return dropped.contains(one.values().name()); }),
                 sparse.end());
    sortByName(inputs);
    // The content of a constant says what its declaration should have said; import warns where they differ.
    for (::onnx::ValueInfoProto& input : inputs)
      for (const ::onnx::TensorProto& one : list)
        if (one.name() == input.name()) {
          auto& type = *input.mutable_type()->mutable_tensor_type();
          type.set_elem_type(one.data_type());
          type.clear_shape();
          type.mutable_shape();
          for (const std::int64_t extent : one.dims()) type.mutable_shape()->add_dim()->set_dim_value(extent);
        }
    for (::onnx::TensorProto& one : list) tensor(one);
    sortByName(list);
    for (::onnx::SparseTensorProto& one : sparse) {
      tensor(*one.mutable_values());
      tensor(*one.mutable_indices());
    }
  }

  static void type(::onnx::ValueInfoProto& info) {
    if (info.doc_string().empty()) info.clear_doc_string();
    const auto& tensor = info.type().tensor_type();
    const bool saysNothing = info.type().has_tensor_type() && tensor.elem_type() == 0 && tensor.shape().dim_size() == 0;
    if (saysNothing || info.type().ByteSizeLong() == 0) info.clear_type();
    if (!info.type().has_tensor_type()) return;
    if (!tensor.has_shape()) return;
    for (auto& dim : *info.mutable_type()->mutable_tensor_type()->mutable_shape()->mutable_dim())
      if (dim.dim_value() < 0 || (dim.has_dim_param() && dim.dim_param().empty())) dim.clear_value();
  }

  static void infos(::onnx::GraphProto& graph, const std::set<std::string>& produced) {
    std::set<std::string> known;
    for (const auto& info : graph.input()) known.insert(info.name());
    for (const auto& info : graph.output()) known.insert(info.name());
    auto& list = *graph.mutable_value_info();
    const auto isExtra = [&](const auto& info) { return !produced.contains(info.name()) || !known.insert(info.name()).second; };
    list.erase(std::remove_if(list.begin(), list.end(), isExtra), list.end());
    for (::onnx::ValueInfoProto& info : list) type(info);
    const auto saysNothing = [](const auto& info) { return !info.has_type() && !info.has_doc_string(); };
    list.erase(std::remove_if(list.begin(), list.end(), saysNothing), list.end());
    sortByName(list);
    for (auto* each : {graph.mutable_input(), graph.mutable_output()})
      for (::onnx::ValueInfoProto& info : *each) type(info);
  }

  onnx::TensorSource source_;
};

}  // namespace

void toNormalForm(::onnx::ModelProto& model, const std::filesystem::path& folder) {
  if (model.ir_version() == 0) model.set_ir_version(0);
  if (model.model_version() == 0) model.clear_model_version();
  if (model.doc_string().empty()) model.clear_doc_string();
  if (model.producer_name().empty()) model.clear_producer_name();
  if (model.producer_version().empty()) model.clear_producer_version();
  if (model.domain().empty()) model.clear_domain();
  if (model.opset_import().empty()) model.add_opset_import()->set_version(1);  // what IR versions 1 and 2 mean
  auto& opsets = *model.mutable_opset_import();
  for (auto& entry : opsets) entry.set_domain(shortDomain(entry.domain()));
  std::stable_sort(opsets.pointer_begin(), opsets.pointer_end(), [](const auto* a, const auto* b) { return a->domain() < b->domain(); });
  opsets.erase(std::unique(opsets.begin(), opsets.end(), [](const auto& a, const auto& b) { return a.domain() == b.domain(); }), opsets.end());
  Normalizer(folder).graph(*model.mutable_graph());
}

}  // namespace ew::test
