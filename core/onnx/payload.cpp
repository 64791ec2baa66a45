// SPDX-License-Identifier: Apache-2.0
#include "core/onnx/payload.h"

#include "core/base/mapped_file.h"
#include "core/onnx/payload_kinds.h"
#include "core/onnx/wire.h"

namespace ew::onnx {
namespace {

class Stripper {
 public:
  Stripper(const Limits& limits, Payloads& payloads, std::size_t small)
      : limits_(limits), payloads_(payloads), small_(small) {}

  Status message(MessageKind kind, std::span<const std::byte> content, std::int64_t depth) {
    if (depth > limits_.nesting)
      return limitReached("is nested deeper than the limit of " + std::to_string(limits_.nesting) + " levels");
    wire::Reader reader(content);
    wire::Field field;
    std::span<const std::byte> run;  // fields that are copied as they are
    while (reader.next(field)) {
      const MessageKind child = field.type == wire::kBytes ? childKind(kind, field.number) : MessageKind::Other;
      const bool isPayload = kind == MessageKind::Tensor && field.number == kRawDataField && field.type == wire::kBytes &&
                             field.content.size() > small_;
      const bool isDropped = kind == MessageKind::Tensor && field.number == kPayloadField;
      if (child == MessageKind::Other && !isPayload && !isDropped) {
        run = run.empty() ? field.whole : std::span(run.data(), run.size() + field.whole.size());
        continue;
      }
      EW_TRY(copy(run));
      run = {};
      if (isPayload) addPayload(field.content);
      if (child != MessageKind::Other) EW_TRY(nested(child, field, depth + (child == MessageKind::Graph ? 1 : 0)));
    }
    if (reader.malformed()) return invalid(reader.problem());
    return copy(run);
  }

  std::string& out() { return out_; }

 private:
  Status copy(std::span<const std::byte> bytes) {
    if (static_cast<std::int64_t>(out_.size() + bytes.size()) > limits_.messageBytes)
      return limitReached("has over " + std::to_string(out_.size() + bytes.size()) +
                          " bytes beside its raw data, the limit is " + std::to_string(limits_.messageBytes));
    out_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return {};
  }

  void addPayload(std::span<const std::byte> bytes) {
    wire::appendVarint(out_, wire::tagOf(kPayloadField, wire::kVarint));
    wire::appendVarint(out_, payloads_.ranges.size());
    payloads_.ranges.push_back(bytes);
    // A page that is touched can bring in many, and there is something to read before each payload.
    passed_ += bytes.size();
    if (!payloads_.owner || passed_ < largestPassed) return;
    releaseMappedPages({bytes.data() + bytes.size() - passed_, passed_});
    passed_ = 0;
  }

  /// The length is known only afterwards, so it has room for the longest: a varint may have empty high groups.
  Status nested(MessageKind kind, const wire::Field& field, std::int64_t depth) {
    wire::appendVarint(out_, wire::tagOf(field.number, wire::kBytes));
    const std::size_t lengthAt = out_.size();
    out_.append(5, '\0');
    EW_TRY(message(kind, field.content, depth));
    std::size_t length = out_.size() - lengthAt - 5;
    for (std::size_t i = 0; i < 5; ++i, length >>= 7)
      out_[lengthAt + i] = static_cast<char>((length & 0x7f) | (i < 4 ? 0x80 : 0));
    return {};
  }

  static constexpr std::size_t largestPassed = std::size_t{8} << 20;
  const Limits& limits_;
  Payloads& payloads_;
  std::size_t small_;
  std::size_t passed_ = 0;  ///< bytes of payloads since pages were let go
  std::string out_;
};

Status restore(pb::TensorProto& tensor, const Payloads& payloads) {
  const auto number = payloadNumber(tensor);
  if (!number) return {};
  if (*number >= payloads.ranges.size()) return internalError("a payload of that number does not exist");
  const std::span<const std::byte> bytes = payloads.ranges[*number];
  if (bytes.size() > INT32_MAX / 2) return limitReached("a tensor of an uninterpreted attribute has over 1 GiB");
  tensor.set_raw_data(bytes.data(), bytes.size());
  dropPayloadNumber(tensor);
  return {};
}

}  // namespace

Result<std::string> withoutPayloads(std::span<const std::byte> model, const Limits& limits, Payloads& payloads,
                                    std::size_t small) {
  Stripper stripper(limits, payloads, small);
  EW_TRY(stripper.message(MessageKind::Model, model, -1));
  return std::move(stripper.out());
}

std::optional<std::uint64_t> payloadNumber(const pb::TensorProto& proto) {
  const google::protobuf::UnknownFieldSet& fields = proto.unknown_fields();
  for (int i = fields.field_count() - 1; i >= 0; --i)  // of several, merged from two messages, the last counts
    if (fields.field(i).number() == kPayloadField && fields.field(i).type() == google::protobuf::UnknownField::TYPE_VARINT)
      return fields.field(i).varint();
  return std::nullopt;
}

void setPayloadNumber(pb::TensorProto& proto, std::uint64_t number) {
  proto.mutable_unknown_fields()->AddVarint(kPayloadField, number);
}

void dropPayloadNumber(pb::TensorProto& proto) { proto.mutable_unknown_fields()->DeleteByNumber(kPayloadField); }

void visitTensors(pb::AttributeProto& attribute, const TensorVisitor& visit) {
  if (attribute.has_t()) visit(*attribute.mutable_t());
  if (attribute.has_g()) visitTensors(*attribute.mutable_g(), visit);
}

void visitTensors(pb::GraphProto& graph, const TensorVisitor& visit) {
  for (pb::NodeProto& node : *graph.mutable_node())
    for (pb::AttributeProto& attribute : *node.mutable_attribute()) visitTensors(attribute, visit);
  for (pb::TensorProto& tensor : *graph.mutable_initializer()) visit(tensor);
  for (pb::SparseTensorProto& sparse : *graph.mutable_sparse_initializer()) {
    if (sparse.has_values()) visit(*sparse.mutable_values());
    if (sparse.has_indices()) visit(*sparse.mutable_indices());
  }
}

Status restorePayloads(pb::AttributeProto& proto, const Payloads& payloads) {
  Status status;
  visitTensors(proto, [&](pb::TensorProto& tensor) {
    if (status.ok()) status = restore(tensor, payloads);
  });
  return status;
}

Status restorePayloads(pb::SparseTensorProto& proto, const Payloads& payloads) {
  if (proto.has_values()) EW_TRY(restore(*proto.mutable_values(), payloads));
  if (proto.has_indices()) EW_TRY(restore(*proto.mutable_indices(), payloads));
  return {};
}

}  // namespace ew::onnx
