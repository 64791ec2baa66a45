// SPDX-License-Identifier: Apache-2.0
#include "core/onnx/list_proto.h"

#include <onnx/onnx-data_pb.h>

#include "core/base/file.h"
#include "core/onnx/parse.h"
#include "core/onnx/tensor_proto.h"

namespace ew::onnx {
namespace {

Result<Tensor> sequenceFromProto(const pb::SequenceProto& proto, const TensorSource& source) {
  if (proto.sparse_tensor_values_size() + proto.sequence_values_size() + proto.map_values_size() + proto.optional_values_size() > 0)
    return unsupported("a sequence of something else than tensors");
  std::vector<Tensor> items;
  for (int i = 0; i < proto.tensor_values_size(); ++i) {
    EW_ASSIGN_AT(Tensor item, tensorFromProto(proto.tensor_values(i), source), "item " + std::to_string(i));
    items.push_back(std::move(item));
  }
  return Tensor::sequence(std::move(items));
}

Result<Tensor> optionalFromProto(const pb::OptionalProto& proto, const TensorSource& source) {
  if (proto.has_tensor_value()) {
    EW_ASSIGN(Tensor item, tensorFromProto(proto.tensor_value(), source));
    return Tensor::optional(std::move(item));
  }
  if (proto.has_sequence_value()) {
    EW_ASSIGN(Tensor item, sequenceFromProto(proto.sequence_value(), source));
    return Tensor::optional(std::move(item));
  }
  if (proto.has_sparse_tensor_value() || proto.has_map_value() || proto.has_optional_value())
    return unsupported("an optional of something else than a tensor or a sequence");
  return Tensor::optional({});
}

template <class Message, class F>
Result<NamedTensor> parsed(const std::string& bytes, const char* kind, F convert) {
  Message proto;
  if (!parseMessage(proto, bytes)) return invalid(std::string("is not ") + kind);
  EW_ASSIGN(Tensor tensor, convert(proto));
  return NamedTensor{proto.name(), std::move(tensor)};
}

}  // namespace

Result<NamedTensor> readValueFile(const std::filesystem::path& path, DType type) {
  const TensorSource source{path.parent_path(), {}};
  EW_ASSIGN(const std::string bytes, readFile(path, source.limits.fileBytes));
  Result<NamedTensor> out =
      type == DType::sequence
          ? parsed<pb::SequenceProto>(bytes, "a SequenceProto", [&](const auto& proto) { return sequenceFromProto(proto, source); })
      : type == DType::optional
          ? parsed<pb::OptionalProto>(bytes, "an OptionalProto", [&](const auto& proto) { return optionalFromProto(proto, source); })
          : parsed<pb::TensorProto>(bytes, "a TensorProto", [&](const auto& proto) { return tensorFromProto(proto, source); });
  if (!out.ok()) return std::move(out).error().at(path.string());
  return out;
}

}  // namespace ew::onnx
