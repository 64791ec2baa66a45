// SPDX-License-Identifier: Apache-2.0
#include "core/onnx/value_info.h"

#include "core/base/text.h"
#include "core/onnx/parse.h"
#include "core/onnx/payload.h"

namespace ew::onnx {
namespace {

void setShape(const Shape& shape, pb::TensorShapeProto& proto) {
  // Extents are set in place, so that the denotations of a kept proto stay.
  while (proto.dim_size() > static_cast<int>(shape.rank())) proto.mutable_dim()->RemoveLast();
  while (proto.dim_size() < static_cast<int>(shape.rank())) proto.add_dim();
  for (std::size_t axis = 0; axis < shape.rank(); ++axis) {
    pb::TensorShapeProto::Dimension& dim = *proto.mutable_dim(static_cast<int>(axis));
    if (shape[axis].known())
      dim.set_dim_value(shape[axis].extent);
    else if (!shape[axis].symbol.empty())
      dim.set_dim_param(shape[axis].symbol);
    else
      dim.clear_value();
  }
}

void setTensorType(const Value& value, pb::TypeProto& type) {
  pb::TypeProto::Tensor& tensor = *type.mutable_tensor_type();
  tensor.set_elem_type(dtypeToOnnx(value.dtype));
  if (value.shape)
    setShape(*value.shape, *tensor.mutable_shape());
  else
    tensor.clear_shape();
}

/// What a sequence or an optional that the file did not declare holds is not known.
bool isTensorType(DType type) { return type != DType::sequence && type != DType::optional; }

pb::GraphProto restOf(const Value& value) {
  pb::GraphProto rest;
  if (!value.unknownFields.empty()) (void)parseMessage(rest, value.unknownFields);
  return rest;
}

void keepInfoRest(const pb::ValueInfoProto& info, Value& value) {
  pb::ValueInfoProto rest = info;
  rest.clear_name();
  rest.clear_doc_string();
  pb::TypeProto plain;
  setTensorType(value, plain);
  if (info.has_type() && value.opaqueType.empty())
    setTensorType(value, *rest.mutable_type());  // extents as they were read
  if (!value.opaqueType.empty() || rest.type().SerializeAsString() == plain.SerializeAsString()) rest.clear_type();
  if (rest.ByteSizeLong() == 0) return;
  pb::GraphProto all = restOf(value);
  all.clear_value_info();
  *all.add_value_info() = std::move(rest);
  value.unknownFields = all.SerializeAsString();
}

/// False when a negative extent was read as unknown.
Result<bool> shapeFromProto(const pb::TensorShapeProto& proto, const Limits& limits, Shape& shape) {
  if (proto.dim_size() > limits.rank)
    return limitReached("rank " + std::to_string(proto.dim_size()) + " is over the limit of " +
                        std::to_string(limits.rank));
  bool clean = true;
  std::vector<Dim> dims;
  for (const pb::TensorShapeProto::Dimension& dim : proto.dim()) {
    if (dim.has_dim_param())
      dims.push_back(Dim(dim.dim_param()));
    else if (dim.has_dim_value() && dim.dim_value() >= 0)
      dims.push_back(Dim(dim.dim_value()));
    else
      dims.emplace_back();
    if (dim.has_dim_value() && dim.dim_value() < 0) clean = false;
  }
  shape = Shape(std::move(dims));
  return clean;
}

}  // namespace

Result<bool> valueFromInfo(const pb::ValueInfoProto& info, const Limits& limits, Value& value) {
  bool clean = true;
  if (info.has_doc_string()) value.docString = info.doc_string();
  if (info.has_type()) {
    const pb::TypeProto& type = info.type();
    const auto dtype = dtypeFromOnnx(type.tensor_type().elem_type());
    value.shape.reset();
    value.dtype = DType::none;
    // An element type that has no DType is kept as bytes, like types that are no tensors.
    if (type.has_tensor_type() && dtype) {
      value.dtype = *dtype;
      if (type.tensor_type().has_shape()) {
        Shape shape;
        EW_ASSIGN(clean, shapeFromProto(type.tensor_type().shape(), limits, shape));
        value.shape = std::move(shape);
      }
    } else {
      value.opaqueType = type.SerializeAsString();
      if (type.has_sequence_type()) value.dtype = DType::sequence;
      if (type.has_optional_type()) value.dtype = DType::optional;
    }
  }
  keepInfoRest(info, value);
  return clean;
}

void valueToInfo(const Value& value, pb::ValueInfoProto& info) {
  const pb::GraphProto rest = restOf(value);
  if (rest.value_info_size() > 0) info = rest.value_info(0);
  info.set_name(value.name);
  if (!value.docString.empty()) info.set_doc_string(value.docString);
  if (!value.opaqueType.empty())
    (void)parseMessage(*info.mutable_type(), value.opaqueType);
  else if (isTensorType(value.dtype) && (value.dtype != DType::none || value.shape))
    setTensorType(value, *info.mutable_type());
}

void keepTensorRest(const pb::TensorProto& proto, Value& value) {
  pb::TensorProto rest;
  if (proto.has_doc_string()) rest.set_doc_string(proto.doc_string());
  if (proto.data_location() == pb::TensorProto::EXTERNAL) {
    rest.set_data_location(proto.data_location());
    *rest.mutable_external_data() = proto.external_data();
  }
  rest.mutable_unknown_fields()->MergeFrom(proto.unknown_fields());
  dropPayloadNumber(rest);
  if (rest.ByteSizeLong() == 0) return;
  pb::GraphProto all = restOf(value);
  all.clear_initializer();
  *all.add_initializer() = std::move(rest);
  value.unknownFields = all.SerializeAsString();
}

void restoreTensorRest(const Value& value, pb::TensorProto& proto) {
  if (value.unknownFields.empty()) return;
  const pb::GraphProto rest = restOf(value);
  if (rest.initializer_size() > 0) proto.MergeFrom(rest.initializer(0));
}

}  // namespace ew::onnx
