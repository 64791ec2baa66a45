// SPDX-License-Identifier: Apache-2.0
#include "core/onnx/function_key.h"

#include <google/protobuf/unknown_field_set.h>

#include <vector>

#include "core/onnx/parse.h"

namespace ew::onnx {
namespace {

constexpr int nodeOverloadField = 8, functionOverloadField = 13, functionDefaultsField = 11;

std::vector<std::string> fieldsOf(const google::protobuf::UnknownFieldSet& fields, int number) {
  std::vector<std::string> out;
  for (int i = 0; i < fields.field_count(); ++i)
    if (fields.field(i).number() == number &&
        fields.field(i).type() == google::protobuf::UnknownField::TYPE_LENGTH_DELIMITED)
      out.push_back(fields.field(i).length_delimited());
  return out;
}

template <class Message>
FunctionKey key(const Message& message, const std::string& name, int overloadField) {
  const std::vector<std::string> overloads = fieldsOf(message.unknown_fields(), overloadField);
  return {message.domain() == "ai.onnx" ? "" : message.domain(), name, overloads.empty() ? "" : overloads.front()};
}

}  // namespace

FunctionKey keyOf(const pb::FunctionProto& function) { return key(function, function.name(), functionOverloadField); }
FunctionKey keyOf(const pb::NodeProto& call) { return key(call, call.op_type(), nodeOverloadField); }

std::vector<pb::AttributeProto> defaultAttributes(const pb::FunctionProto& function) {
  std::vector<pb::AttributeProto> out;
  for (const std::string& bytes : fieldsOf(function.unknown_fields(), functionDefaultsField))
    if (pb::AttributeProto attribute; parseMessage(attribute, bytes)) out.push_back(std::move(attribute));
  return out;
}

}  // namespace ew::onnx
