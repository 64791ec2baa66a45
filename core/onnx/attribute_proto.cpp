// SPDX-License-Identifier: Apache-2.0
#include "core/onnx/attribute_proto.h"

#include "core/base/text.h"
#include "core/onnx/parse.h"

namespace ew::onnx {
namespace {

using Type = pb::AttributeProto;

/// Files of IR version 1 need not say the type.
Type::AttributeType typeOf(const pb::AttributeProto& proto) {
  if (proto.type() != Type::UNDEFINED) return proto.type();
  if (proto.has_f()) return Type::FLOAT;
  if (proto.has_i()) return Type::INT;
  if (proto.has_s()) return Type::STRING;
  if (proto.has_t()) return Type::TENSOR;
  if (proto.has_g()) return Type::GRAPH;
  if (proto.floats_size() > 0) return Type::FLOATS;
  if (proto.ints_size() > 0) return Type::INTS;
  if (proto.strings_size() > 0) return Type::STRINGS;
  return Type::UNDEFINED;
}

Result<AttributeValue> opaque(const pb::AttributeProto& proto, const TensorSource& source) {
  const int type = typeOf(proto);
  if (!source.payloads || (!proto.has_t() && !proto.has_g()))
    return AttributeValue(OpaqueAttribute{type, proto.SerializeAsString()});
  pb::AttributeProto whole = proto;
  EW_TRY(restorePayloads(whole, *source.payloads));
  return AttributeValue(OpaqueAttribute{type, whole.SerializeAsString()});
}

}  // namespace

bool holdsGraph(const pb::AttributeProto& proto) {
  return !proto.has_ref_attr_name() && typeOf(proto) == Type::GRAPH && proto.has_g();
}

Result<AttributeValue> attributeFromProto(const pb::AttributeProto& proto, const TensorSource& source) {
  if (proto.has_ref_attr_name()) return opaque(proto, source);
  switch (typeOf(proto)) {
    case Type::FLOAT: return AttributeValue(proto.f());
    case Type::INT: return AttributeValue(static_cast<std::int64_t>(proto.i()));
    case Type::STRING: return AttributeValue(proto.s());
    case Type::FLOATS: return AttributeValue(std::vector<float>(proto.floats().begin(), proto.floats().end()));
    case Type::INTS: return AttributeValue(std::vector<std::int64_t>(proto.ints().begin(), proto.ints().end()));
    case Type::STRINGS: return AttributeValue(std::vector<std::string>(proto.strings().begin(), proto.strings().end()));
    case Type::TENSOR: break;
    default: return opaque(proto, source);
  }
  if (!proto.has_t()) return invalid("tensor attribute without a tensor");
  Result<Tensor> tensor = tensorFromProto(proto.t(), source);
  if (tensor.ok()) return AttributeValue(std::move(tensor).value());
  // A tensor that cannot be held here can still be passed on.
  if (tensor.error().code == ErrorCode::Unsupported) return opaque(proto, source);
  return std::move(tensor).error();
}

pb::AttributeProto attributeRest(const pb::AttributeProto& proto) {
  pb::AttributeProto rest;
  if (proto.has_doc_string()) rest.set_doc_string(proto.doc_string());
  if (!proto.unknown_fields().empty()) rest.mutable_unknown_fields()->MergeFrom(proto.unknown_fields());
  if (proto.type() == Type::TENSOR) {
    const pb::TensorProto& tensor = proto.t();
    if (tensor.has_name()) rest.mutable_t()->set_name(tensor.name());
    if (tensor.has_doc_string()) rest.mutable_t()->set_doc_string(tensor.doc_string());
    if (tensor.data_location() == pb::TensorProto::EXTERNAL) {
      rest.mutable_t()->set_data_location(tensor.data_location());
      *rest.mutable_t()->mutable_external_data() = tensor.external_data();
    }
    if (!tensor.unknown_fields().empty())
      rest.mutable_t()->mutable_unknown_fields()->MergeFrom(tensor.unknown_fields());
    dropPayloadNumber(*rest.mutable_t());
    if (rest.t().ByteSizeLong() == 0) rest.clear_t();
  }
  return rest;
}

Status attributeToProto(const std::string& name, const AttributeValue& value, TensorWriter& tensors,
                        pb::AttributeProto& proto) {
  if (const auto* kept = std::get_if<OpaqueAttribute>(&value)) {
    if (!parseMessage(proto, kept->bytes))
      return internalError("opaque bytes are no attribute").at("attribute " + inQuotes(name));
    proto.set_name(name);
    return {};
  }
  proto.set_name(name);
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    proto.set_type(Type::INT);
    proto.set_i(*number);
  } else if (const auto* real = std::get_if<float>(&value)) {
    proto.set_type(Type::FLOAT);
    proto.set_f(*real);
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    proto.set_type(Type::STRING);
    proto.set_s(*text);
  } else if (const auto* tensor = std::get_if<Tensor>(&value)) {
    proto.set_type(Type::TENSOR);
    tensors.write(*tensor, *proto.mutable_t());
  } else if (const auto* ints = std::get_if<std::vector<std::int64_t>>(&value)) {
    proto.set_type(Type::INTS);
    proto.mutable_ints()->Assign(ints->begin(), ints->end());
  } else if (const auto* floats = std::get_if<std::vector<float>>(&value)) {
    proto.set_type(Type::FLOATS);
    proto.mutable_floats()->Assign(floats->begin(), floats->end());
  } else if (const auto* texts = std::get_if<std::vector<std::string>>(&value)) {
    proto.set_type(Type::STRINGS);
    for (const std::string& entry : *texts) proto.add_strings(entry);
  } else if (std::holds_alternative<SubgraphPtr>(value)) {
    proto.set_type(Type::GRAPH);
  }
  return {};
}

}  // namespace ew::onnx
